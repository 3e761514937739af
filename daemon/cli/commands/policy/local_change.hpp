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

Failure failure_of(const policy::NotChanged &refused);

// @file: its name in /etc/modkeeper/policy.d.
std::variant<policy::RuleChange, Failure> change_rules(const std::string &file,
                                                       const policy::EditRules &edit);

} // namespace mk::cli
