// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with rules that are well written each: those that contradict others, are never
// reached, or no longer hold. It needs no kernel.
#pragma once

#include <cstdint>

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// @policy: after expand_sets(). @now: seconds since the epoch.
void lint(const Policy &policy, std::int64_t now, Findings &findings);

} // namespace mk::policy
