// SPDX-License-Identifier: GPL-2.0-only
// What rules ask about that a driver cannot see on its kernel.
#pragma once

#include <cstdint>

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// A warning for each such condition: it does not hold, and neither does its contrary. And for each
// rule about requests of a driver that judges none. @features: driver::Status::features.
void lint_for_driver(const Policy &policy, std::uint64_t features, Findings &findings);

} // namespace mk::policy
