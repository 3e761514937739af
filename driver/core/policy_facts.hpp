// SPDX-License-Identifier: GPL-2.0-only
// Facts about a load or a request that the policy is asked about: from the module, from the system
// call as far as it was seen, and from the current task.
#pragma once

#include "core/policy.hpp"
#include "core/policy_who.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"

namespace mk {

// At least those of @wanted, which is as in Policy::wanted(): what no rule asks about need not be
// looked up. Borrows the texts of both. @call, NULL: it was not seen; else its path was compared,
// if that is wanted. @askers: for whom the kernel started the task, or else the client for which it
// acts. Any context, in the task that loads.
PolicyFacts facts_of_load(u64 wanted, const ModuleFacts &module, const Call *call,
                          const PolicyAskers &askers);
// @helper: the kernel started the task. Any context, in the task that makes the request.
PolicyFacts facts_of_request(u64 wanted, bool helper);

} // namespace mk
