// SPDX-License-Identifier: GPL-2.0-only
// What all ioctls of the policy check of their arguments and of their caller.
#pragma once

#include <linux/modkeeper.h>

#include "kernel/nsproxy.hpp"
#include "kernel/sched.hpp"
#include "lib/types.hpp"

namespace mk {

inline bool is_policy_mode(u32 mode) {
    return mode <= MODKEEPER_POLICY_MODE_ENFORCE;
}

inline bool is_policy_gate(u32 gate) {
    return gate == MODKEEPER_POLICY_GATE_LOAD || gate == MODKEEPER_POLICY_GATE_REQUEST;
}

// A container may have been given the capability; its processes are in a PID namespace of their
// own. In the task that asks.
inline bool may_change_policy() {
    return current_may_load() && current_namespaces().is_initial_pid;
}

} // namespace mk
