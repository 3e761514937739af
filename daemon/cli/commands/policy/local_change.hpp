// SPDX-License-Identifier: GPL-2.0-only
// Change of a file of rules and of the policy in force, for commands: what failed, with the next
// step.
#pragma once

#include <string>
#include <variant>

#include "cli/ended.hpp"
#include "policy/local_change.hpp"

namespace mk::cli {

inline constexpr const char *local_rules_path = "/etc/modkeeper/policy.d/30-local.rules";

// With a note, if a rule that is not in force stays on disk.
Failure failure_of(const policy::NotChanged &refused);
// The rules are in force, but the next boot does not find them.
Failure not_kept(const Error &error);

template <typename Done>
std::variant<Done, Failure> done_or_failure(std::variant<Done, policy::NotChanged> done) {
    if (const auto *refused = std::get_if<policy::NotChanged>(&done))
        return failure_of(*refused);
    return std::get<Done>(std::move(done));
}

// @file: its name in /etc/modkeeper/policy.d.
std::variant<policy::RuleChange, Failure> change_rules(const std::string &file,
                                                       const policy::EditRules &edit);

} // namespace mk::cli
