// SPDX-License-Identifier: GPL-2.0-only
// What to do so that a kernel which demands signatures takes a module that it refused.
#pragma once

#include <string>
#include <vector>

#include "system/kernel_state.hpp"

namespace mk {

// Clauses, the best first. Says so where no key can be enrolled, or only a boot helps.
std::vector<std::string> signing_advice(const KernelState &kernel);

} // namespace mk
