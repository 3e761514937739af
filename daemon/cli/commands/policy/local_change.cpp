// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/local_change.hpp"

#include <utility>

#include "cli/diagnostics.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {

Failure failure_of(const policy::NotChanged &refused) {
    switch (refused.obstacle) {
    case policy::Obstacle::Trial:
        return {refused.error, "modkeeper policy confirm"};
    case policy::Obstacle::Faults:
        return {refused.error, "modkeeper policy check", ExitCode::Failed};
    case policy::Obstacle::Unapplied:
        return {refused.error, "modkeeper policy check; modkeeper policy apply"};
    case policy::Obstacle::None:
        break;
    }
    return {refused.error};
}

std::variant<policy::RuleChange, Failure> change_rules(const std::string &file,
                                                       const policy::EditRules &edit) {
    driver::DevicePolicyClient client;
    auto done = policy::change_rules(client, {}, file, edit);
    if (const auto *refused = std::get_if<policy::NotChanged>(&done)) {
        if (refused->not_undone)
            note("the rule stays on disk: " + refused->not_undone->message);
        return failure_of(*refused);
    }
    auto &change = std::get<policy::RuleChange>(done);
    if (change.not_kept)
        return Failure{*change.not_kept, "modkeeper policy apply"};
    return std::move(change);
}

} // namespace mk::cli
