// SPDX-License-Identifier: GPL-2.0-only
#include "engine/plan.hpp"

namespace mk::engine {

bool is_work(const PlanStep &step) {
    return step.action == StepAction::Load || step.action == StepAction::RunCommand;
}

const char *action_name(StepAction action) {
    switch (action) {
    case StepAction::RunCommand:
        return "command";
    case StepAction::Loaded:
        return "loaded";
    case StepAction::BuiltIn:
        return "builtin";
    case StepAction::Load:
        break;
    }
    return "load";
}

const char *role_name(StepRole role) {
    switch (role) {
    case StepRole::Dependency:
        return "dependency";
    case StepRole::SoftdepBefore:
        return "softdep-before";
    case StepRole::SoftdepAfter:
        return "softdep-after";
    case StepRole::Requested:
        break;
    }
    return "requested";
}

} // namespace mk::engine
