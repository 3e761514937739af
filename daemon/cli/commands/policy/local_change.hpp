// SPDX-License-Identifier: GPL-2.0-only
// Change of the file of rules that the commands write, and of the policy in force with it: both or
// neither.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "cli/ended.hpp"
#include "policy/local_rules.hpp"

namespace mk::cli {

inline constexpr const char *local_rules_file = "/etc/modkeeper/policy.d/30-local.rules";

struct LocalChange {
    policy::Changed changed;
    std::uint64_t generation = 0; // 0: the file stays, and so does the policy
};

using ChangeText = std::function<Result<policy::Changed>(const std::string &text)>;

// Refuses if the other rules on disk are not those in force: they would come into force too.
std::variant<LocalChange, Failure> change_local_rules(const ChangeText &change);

} // namespace mk::cli
