// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with rules on one kernel: names that it does not have, or that no rule reaches.
#pragma once

#include "kmod/places.hpp"
#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// @policy: after expand_sets() and before resolve_selectors(): only what somebody wrote is judged.
void lint_for_kernel(const Policy &policy, const ConfigurationPlaces &places, Findings &findings);

} // namespace mk::policy
