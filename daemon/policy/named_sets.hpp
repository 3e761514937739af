// SPDX-License-Identifier: GPL-2.0-only
// Named sets, put in where rules use them.
#pragma once

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// Replaces every Pattern::Kind::Set by the members of that set, and theirs. A set may stand before
// or behind the rules that use it. What cannot be replaced is left out and told in @findings.
void expand_sets(Policy &policy, Findings &findings);

} // namespace mk::policy
