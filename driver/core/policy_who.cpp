// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_who.hpp"

#include "kernel/nsproxy.hpp"
#include "kernel/sched.hpp"

namespace mk {

PolicyWho PolicyWho::current(const mk_task &task, bool helper) {
    Privileges privileges = current_privileges();
    Namespaces namespaces = current_namespaces();
    PolicyWho who;
    auto put = [&who](u32 fact, bool holds) {
        who.conditions |= static_cast<u32>(holds) << (fact - MODKEEPER_FACT_BY_UNPRIVILEGED);
    };
    put(MODKEEPER_FACT_BY_UNPRIVILEGED,
        task.uid != 0 && !privileges.privileged && !privileges.kernel_thread);
    put(MODKEEPER_FACT_BY_CONTAINER, !namespaces.is_initial_user || !namespaces.is_initial_pid);
    put(MODKEEPER_FACT_BY_KERNEL, privileges.kernel_thread);
    put(MODKEEPER_FACT_BY_LOGIN, task.loginuid != MK_NOBODY);
    put(MODKEEPER_FACT_BY_HELPER, helper);
    who.uid = task.uid;
    return who;
}

} // namespace mk
