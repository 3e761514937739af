// SPDX-License-Identifier: GPL-2.0-only
// From the capability that a caller had to the cause of a refusal.
#pragma once

#include <optional>
#include <string_view>

#include "explain/diagnosis.hpp"

namespace mk {

// Nothing: the caller had CAP_SYS_MODULE in the initial user namespace, or nobody saw whether.
// @outcome: what happened to the module.
std::optional<Diagnosis> without_capability(driver::Capability capability,
                                            std::string_view outcome);

} // namespace mk
