// SPDX-License-Identifier: GPL-2.0-only
#include "job/plan.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "kmod/install_command.hpp"

namespace mk {

std::vector<Error> obstacles(const LoadRequest &request, const Plan &plan) {
    const bool is_list = request.several || request.targets.size() > 1;
    std::vector<Error> result;
    for (const auto &goal : plan.goals) {
        if (!goal.modules.empty() || goal.obstacles.empty())
            continue;
        const auto &first = goal.obstacles.front();
        const bool is_there =
            first.code == ErrorCode::AlreadyLoaded || first.code == ErrorCode::BuiltIn;
        if (!is_list || !is_there)
            result.push_back(first);
    }
    return result;
}

const GuardedText &configured_text(const PlanStep &step) {
    return step.action == StepAction::RunCommand ? step.command : step.parameters;
}

bool is_work(const PlanStep &step) {
    return step.action == StepAction::Load || step.action == StepAction::RunCommand;
}

std::optional<Diagnosis> command_problem(const PlanStep &step) {
    if (step.action != StepAction::RunCommand)
        return std::nullopt;
    const bool is_requested = step.role == StepRole::Requested;
    // A command of a dependency is trusted.
    const auto &command = step.command.text();
    if (!is_requested && does_nothing(command) && !only_fails(command))
        return std::nullopt;
    Diagnosis problem;
    problem.cause = Cause::ReplacedByCommand;
    if (does_nothing(command)) {
        problem.reason =
            fmt::format("its install command {} in {} loads nothing", quote(command),
                        step.command_place.empty() ? "modprobe.d" : step.command_place);
        problem.remedies = {is_requested ? "the option ignore-install loads it anyway"
                                         : "remove that line from modprobe.d"};
        return problem;
    }
    problem.severity = Severity::Warning;
    problem.reason =
        fmt::format("what its install command {} does is known only when it runs", quote(command));
    return problem;
}

const char *action_name(StepAction action) {
    switch (action) {
    case StepAction::RunCommand:
        return "command";
    case StepAction::Loaded:
        return "loaded";
    case StepAction::BuiltIn:
        return "built-in";
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
        return "softdep-pre";
    case StepRole::SoftdepAfter:
        return "softdep-post";
    case StepRole::Requested:
        break;
    }
    return "requested";
}

} // namespace mk
