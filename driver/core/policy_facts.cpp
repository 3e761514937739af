// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_facts.hpp"

#include "kernel/ktime.hpp"
#include "kernel/nsproxy.hpp"
#include "kernel/sched.hpp"

namespace mk {
namespace {

// Bits of /proc/sys/kernel/tainted.
constexpr u32 taint_proprietary = 0, taint_forced = 1, taint_staging = 10, taint_out_of_tree = 12,
              taint_livepatch = 15, taint_test = 18;

void add_module(PolicyFacts &facts, const ModuleFacts &module) {
    auto tainted = [&](u32 bit) { return module.taints >> bit & 1; };
    if (module.signature != MODKEEPER_SIGNATURE_UNKNOWN)
        facts.set(MODKEEPER_FACT_SIGNED, module.signature == MODKEEPER_SIGNATURE_VALID);
    facts.set(MODKEEPER_FACT_OUT_OF_TREE, tainted(taint_out_of_tree));
    facts.set(MODKEEPER_FACT_PROPRIETARY, tainted(taint_proprietary));
    facts.set(MODKEEPER_FACT_STAGING, tainted(taint_staging));
    facts.set(MODKEEPER_FACT_FORCED, tainted(taint_forced));
    facts.set(MODKEEPER_FACT_LIVEPATCH, tainted(taint_livepatch));
    facts.set(MODKEEPER_FACT_TEST, tainted(taint_test));
    facts.srcversion = Text::from_c(module.srcversion).first(srcversion_text_max);
    facts.set(MODKEEPER_FACT_SRCVERSION, !facts.srcversion.empty());
    facts.parameters = Text::from_c(module.args);
    if (module.args && !module.args_cut &&
        facts.parameters.length() <= MODKEEPER_POLICY_PARAMETERS_MAX)
        facts.set(MODKEEPER_FACT_PARAMETERS, true);
}

// A path says which file it is only where the machine's own mounts are.
void add_file(PolicyFacts &facts, const Call &call) {
    facts.set(MODKEEPER_FACT_FROM_MEMORY, call.kind == MK_CALL_INIT_MODULE);
    if (call.kind == MK_CALL_INIT_MODULE) {
        facts.set(MODKEEPER_FACT_PATH, false);
    } else if (call.place.inode && !call.place.other_root && !call.place.other_mounts &&
               !call.file.empty()) {
        facts.path = call.file.text();
        facts.set(MODKEEPER_FACT_PATH, true);
    }
}

void add_loader(PolicyFacts &facts) {
    mk_task task = current_task();
    Privileges privileges = current_privileges();
    Namespaces namespaces = current_namespaces();
    facts.by_uid = task.uid;
    facts.set(MODKEEPER_FACT_BY_UID, true);
    facts.set(MODKEEPER_FACT_BY_UNPRIVILEGED,
              task.uid != 0 && !privileges.privileged && !privileges.kernel_thread);
    facts.set(MODKEEPER_FACT_BY_CONTAINER,
              !namespaces.is_initial_user || !namespaces.is_initial_pid);
    facts.set(MODKEEPER_FACT_BY_KERNEL, privileges.kernel_thread);
    facts.set(MODKEEPER_FACT_BY_LOGIN, task.loginuid != MK_NOBODY);
    facts.set(MODKEEPER_FACT_BY_HELPER, current_origin().helper);
}

// Whoever is started by the kernel works for somebody; others do not.
void add_asker(PolicyFacts &facts) {
    if (facts.has(MODKEEPER_FACT_BY_HELPER))
        return;
    for (u32 fact = MODKEEPER_FACT_FOR_UNPRIVILEGED; fact <= MODKEEPER_FACT_FOR_UID; fact++)
        facts.set(static_cast<modkeeper_policy_fact>(fact), false);
}

// Who asks is the one for whom the kernel loads.
void add_requester(PolicyFacts &facts) {
    add_loader(facts);
    constexpr u32 apart = MODKEEPER_FACT_FOR_UNPRIVILEGED - MODKEEPER_FACT_BY_UNPRIVILEGED;
    for (u32 fact = MODKEEPER_FACT_BY_UNPRIVILEGED; fact <= MODKEEPER_FACT_BY_UID; fact++)
        facts.set(static_cast<modkeeper_policy_fact>(fact + apart), facts.has(fact));
    facts.for_uid = facts.by_uid;
}

} // namespace

PolicyFacts facts_of_request() {
    PolicyFacts facts;
    facts.realtime_ns = times_now().realtime_ns;
    add_requester(facts);
    return facts;
}

PolicyFacts facts_of_load(const ModuleFacts &module, const Call *call) {
    PolicyFacts facts;
    facts.realtime_ns = times_now().realtime_ns;
    add_module(facts, module);
    if (call && call->loads())
        add_file(facts, *call);
    add_loader(facts);
    add_asker(facts);
    return facts;
}

} // namespace mk
