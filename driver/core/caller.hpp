// SPDX-License-Identifier: GPL-2.0-only
// Circumstances of the task that makes a call or a request: its right to load modules, its
// namespaces and its control group. They tell a container, a unit or a sandbox.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "kernel/nsproxy.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

struct Caller {
    Namespaces namespaces = {};
    FixedText<cgroup_text_max> cgroup; // empty: not known
    bool cgroup_cut = false;
    modkeeper_capability capability = MODKEEPER_CAPABILITY_UNKNOWN;

    // Those of the current task. Any context, in a task.
    void see();
    static Caller current() {
        Caller caller;
        caller.see();
        return caller;
    }

    // Into the fields of a body that has them. The record borrows the text.
    template <typename R> void put(R &record) const && = delete;
    template <typename R> void put(R &record) const & {
        using Body = typename R::BodyType;
        Body &body = record.body();
        body.user_namespace = namespaces.user;
        body.pid_namespace = namespaces.pid;
        body.mount_namespace = namespaces.mount;
        record.put(&Body::cgroup, cgroup.text());
        if (cgroup_cut)
            record.mark_cut();
    }
};

} // namespace mk
