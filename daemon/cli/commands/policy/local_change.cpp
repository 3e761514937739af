// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/local_change.hpp"

#include <utility>

#include "cli/diagnostics.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {

Failure failure_of(const policy::NotChanged &refused) {
    if (refused.not_undone)
        note("the rule stays on disk: " + refused.not_undone->message);
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
    // a built-in module cannot be denied
    if (refused.error.code == ErrorCode::BuiltIn)
        return {refused.error, "", ExitCode::Failed};
    return {refused.error};
}

Failure not_kept(const Error &error) {
    return {error, "modkeeper policy apply"};
}

std::variant<policy::RuleChange, Failure> change_rules(const std::string &file,
                                                       const policy::EditRules &edit) {
    driver::DevicePolicyClient client;
    auto done = done_or_failure(policy::change_rules(client, {}, file, edit));
    if (const auto *change = std::get_if<policy::RuleChange>(&done); change && change->not_kept)
        return not_kept(*change->not_kept);
    return done;
}

} // namespace mk::cli
