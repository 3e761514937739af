// SPDX-License-Identifier: GPL-2.0-only
#include "core/caller.hpp"

#include "kernel/sched.hpp"

namespace mk {
namespace {

modkeeper_capability capability_of(const Namespaces &namespaces) {
    if (!current_has_cap_module())
        return MODKEEPER_CAPABILITY_MISSING;
    return namespaces.is_initial_user ? MODKEEPER_CAPABILITY_HELD
                                      : MODKEEPER_CAPABILITY_OWN_NAMESPACE;
}

} // namespace

void Caller::see() {
    namespaces = current_namespaces();
    capability = capability_of(namespaces);
    // Cut at its end: what is above was named by those who manage the machine, and what is below
    // may be named by anybody.
    long whole = 0;
    cgroup.fill([&](char *to, usize room) { return whole = current_cgroup(to, room); });
    cgroup_cut = whole > static_cast<long>(cgroup_text_max);
}

} // namespace mk
