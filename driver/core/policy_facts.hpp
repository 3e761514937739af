// SPDX-License-Identifier: GPL-2.0-only
// Facts about a load or a request that the policy is asked about: from the module, from the system
// call as far as it was seen, and from the current task.
#pragma once

#include "core/policy.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"

namespace mk {

// Borrows the texts of both. @call, NULL: it was not seen. Any context, in the task that loads.
PolicyFacts facts_of_load(const ModuleFacts &module, const Call *call);
// Any context, in the task that makes the request.
PolicyFacts facts_of_request();

} // namespace mk
