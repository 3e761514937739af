// SPDX-License-Identifier: GPL-2.0-only
// What rules say of a load, as the driver judges it: of a policy that is not in force, or of a
// kernel that does not run.
#pragma once

#include <functional>
#include <string>

#include "base/module_name.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// A load by root, from a file in its place, while the machine boots.
struct LoadFacts {
    ModuleName module;
    // Asked only if a rule depends on it.
    std::function<bool()> is_signed = [] { return true; };
    std::function<bool()> is_out_of_tree = [] { return false; };
};

// The rule that decides, or the default; nullptr: none, and it is allowed. Rules that end before
// @now, in seconds since the epoch, count no more. @policy: after resolve_selectors().
const Rule *deciding_rule(const Policy &policy, const LoadFacts &facts, std::int64_t now);

} // namespace mk::policy
