// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_facts.hpp"

#include "kernel/ktime.hpp"
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
        facts.set(MODKEEPER_FACT_ON_ROOT_DEVICE, false);
        facts.set(MODKEEPER_FACT_PATH, false);
        return;
    }
    if (!call.place.inode)
        return;
    facts.set(MODKEEPER_FACT_ON_ROOT_DEVICE, call.place.on_root_device);
    if (call.at_path) {
        facts.path = call.file.text();
        facts.set(MODKEEPER_FACT_PATH, true);
    }
}

void add_loader(PolicyFacts &facts, const PolicyWho &who) {
    for (u32 i = 0; i < PolicyWho::count; i++)
        facts.set(MODKEEPER_FACT_BY_UNPRIVILEGED + i, who.conditions >> i & 1);
    facts.by_uid = who.uid;
    facts.set(MODKEEPER_FACT_BY_UID, true);
}

void add_askers(PolicyFacts &facts, const PolicyAskers &askers) {
    if (!askers.known)
        return;
    for (u32 i = 0; i < PolicyWho::count; i++)
        facts.set(MODKEEPER_FACT_FOR_UNPRIVILEGED + i, askers.all >> i & 1, askers.some >> i & 1);
    facts.for_uid_first = askers.uid_first;
    facts.for_uid_last = askers.uid_last;
    facts.set(MODKEEPER_FACT_FOR_UID, true);
}

void add_nobody(PolicyFacts &facts) {
    for (u32 fact = MODKEEPER_FACT_FOR_UNPRIVILEGED; fact <= MODKEEPER_FACT_FOR_UID; fact++)
        facts.set(fact, false);
}

// Whoever is started by the kernel works for somebody. Of others it is what they state, and nobody
// gets more by a statement: only root's is certain.
void add_served(PolicyFacts &facts, const PolicyWho &loader, PolicyAskers askers) {
    if (loader.has(MODKEEPER_FACT_BY_HELPER)) {
        add_askers(facts, askers);
        return;
    }
    if (!askers.known) {
        add_nobody(facts);
        return;
    }
    if (!loader.is_root())
        askers.add(PolicyAskers(loader));
    add_askers(facts, askers);
}

} // namespace

PolicyFacts facts_of_request(u64 wanted, bool helper) {
    PolicyFacts facts;
    if (wanted & PolicyFacts::time)
        facts.realtime_ns = times_now().realtime_ns;
    if (wanted & PolicyFacts::of_tasks) {
        PolicyWho who = PolicyWho::current(current_task(), helper);
        add_loader(facts, who);
        add_askers(facts, PolicyAskers(who));
    }
    return facts;
}

PolicyFacts facts_of_load(u64 wanted, const ModuleFacts &module, const Call *call,
                          const PolicyAskers &askers) {
    PolicyFacts facts;
    if (wanted & PolicyFacts::time)
        facts.realtime_ns = times_now().realtime_ns;
    if (wanted & PolicyFacts::of_modules)
        add_module(facts, module);
    if (wanted & PolicyFacts::of_files && call && call->loads())
        add_file(facts, *call);
    if (!(wanted & PolicyFacts::of_tasks))
        return facts;
    PolicyWho loader = PolicyWho::current(current_task(), is_helpers(call));
    add_loader(facts, loader);
    add_served(facts, loader, askers);
    return facts;
}

} // namespace mk
