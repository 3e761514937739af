// SPDX-License-Identifier: GPL-2.0-only
// A load whose init failed: what drivers mean by the errno that they return.
#pragma once

#include "explain/diagnosis.hpp"
#include "explain/job_outcome.hpp"

namespace mk {

// The module's own code ran, and gave back an errno of its choice: what is said of it is what it
// means as a rule.
Diagnosis init_failed(const LoadRefusal &refusal);

} // namespace mk
