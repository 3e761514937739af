// SPDX-License-Identifier: GPL-2.0-only
// From the facts of a refused load to its diagnosis.
#pragma once

#include <optional>

#include "explain/diagnosis.hpp"
#include "explain/job_outcome.hpp"

namespace mk {

// @began: did the driver record that the module began (relocated, its parameters and init next)?
// Unset when nobody watched.
Diagnosis diagnose_load(const LoadRefusal &refusal, std::optional<bool> began = std::nullopt);

// Is an answer of the kernel, a positive errno, one that its file may explain? @stage: where the
// kernel stopped, if that is known.
bool can_file_tell(driver::Stage stage, int error);

} // namespace mk
