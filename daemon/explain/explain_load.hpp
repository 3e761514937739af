// SPDX-License-Identifier: GPL-2.0-only
// From the facts of a refused load to one error with stage, evidence and remedy.
#pragma once

#include <cstdint>
#include <optional>

#include "explain/job_outcome.hpp"

namespace mk {

// Lines of the kernel's log are for who may load, not for everybody on the bus; those that may
// repeat what is hidden, for root alone.
enum class Evidence : std::uint8_t { ForRoot, ForCaller, WithoutLog };

// @began: did the driver record that the module began (relocated, its parameters and init next)?
// Unset when nobody watched.
Error explain_load(const LoadRefusal &refusal, std::optional<bool> began = std::nullopt,
                   Evidence shown = Evidence::ForRoot);

} // namespace mk
