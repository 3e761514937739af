// SPDX-License-Identifier: GPL-2.0-only
// sched.h, cred.h: the current task, its origin and its rights.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

// Any context.
inline u32 current_cpu() {
    return mk_cpu_current();
}

// Any context.
inline mk_task current_task() {
    mk_task task;
    mk_task_current(&task);
    return task;
}

// Any context.
inline mk_origin current_origin() {
    mk_origin origin;
    mk_task_origin(&origin);
    return origin;
}

using TaskIdentity = struct mk_task_identity;

// Identifies the current task, even after its memory has become another task's. Any context.
inline TaskIdentity current_identity() {
    return mk_task_identity();
}

using TaskKey = struct mk_task_key;

// The same in fewer steps, where nobody asks whether it still runs. Any context.
inline TaskKey current_key() {
    return mk_task_key();
}

// Any context.
inline bool lives(const TaskIdentity &identity) {
    return mk_task_lives(&identity);
}

// Does any thread of a process, of this number and started then? Any context.
inline bool process_lives(u32 tgid, u64 started_ns) {
    return mk_process_lives(tgid, started_ns);
}

// Not the current task acts, but what came upon it. Any context but a probe.
inline bool in_interrupt() {
    return mk_in_interrupt();
}

// May the current task load modules? Asks without a trace. Any context.
inline bool current_is_trusted() {
    return mk_task_is_trusted();
}
// Has it the capability, in whichever user namespace? Any context, in a task.
inline bool current_has_cap_module() {
    return mk_task_has_cap_module();
}
// The user who is responsible for what it does; MK_NOBODY: none is. Any context.
inline u32 current_owner() {
    return mk_task_owner();
}

using Privileges = struct mk_privileges;

// Its rights, as a policy asks about them. Any context, in a task.
inline Privileges current_privileges() {
    Privileges privileges;
    mk_task_privileges(&privileges);
    return privileges;
}

// The directory in which it works, written into @to if it fits: its length, or -errno. Any context,
// in a task that alone changes it.
inline long current_directory(char *to, usize room) {
    return mk_task_directory(to, room);
}

// Call it during long work. Errno::erestartsys: a signal came. Process context, no locks held.
inline Result<> let_others_run() {
    return from_c(mk_task_yield());
}

// Whether it may load modules. The question counts as a use of the privilege. Process context, no
// locks held: the security hook may sleep.
inline bool current_may_load() {
    return mk_task_may_load();
}

// May it look into other processes? That it asks is a use of the privilege. Process context, no
// locks held.
inline bool current_may_trace() {
    return mk_task_may_trace();
}

} // namespace mk
