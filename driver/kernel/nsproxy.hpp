// SPDX-License-Identifier: GPL-2.0-only
// nsproxy.h, cgroup.h: where the current task is, among namespaces and control groups.
#pragma once

#include "kapi/kapi.h"
#include "lib/types.hpp"

namespace mk {

using Namespaces = struct mk_namespaces;

// Any context, in a task.
inline Namespaces current_namespaces() {
    Namespaces namespaces;
    mk_task_namespaces(&namespaces);
    return namespaces;
}

// As mk_task_cgroup(). Any context, in a task.
inline long current_cgroup(char *to, usize room) {
    return mk_task_cgroup(to, room);
}

} // namespace mk
