// SPDX-License-Identifier: GPL-2.0-only
// What the conditions of rules say of a task: of the one that loads a module ("by"), and of the one
// for which it is loaded ("for").
#pragma once

#include <linux/modkeeper.h>

#include "kapi/kapi.h"
#include "lib/types.hpp"

namespace mk {

struct PolicyWho {
    // Conditions about a task but that about its uid, which comes last.
    static constexpr u32 count = MODKEEPER_FACT_BY_UID - MODKEEPER_FACT_BY_UNPRIVILEGED;
    static constexpr u32 everything = (1U << count) - 1;

    u32 conditions = 0; // bits, from MODKEEPER_FACT_BY_UNPRIVILEGED on
    u32 uid = 0;

    // The current task, which is @task. @helper: the kernel started it. Any context.
    static PolicyWho current(const mk_task &task, bool helper);
    bool has(u32 fact) const { return conditions >> (fact - MODKEEPER_FACT_BY_UNPRIVILEGED) & 1; }
    // Root of the machine can be anybody: what it states is as true as anything that it does.
    bool is_root() const { return !uid && !has(MODKEEPER_FACT_BY_CONTAINER); }
};

// The tasks of which one is meant, where nobody can tell which: often there is only one.
struct PolicyAskers {
    bool known = false;
    u32 some = 0; // conditions that hold for one of them at least
    u32 all = 0;  // for each of them
    u32 uid_first = 0;
    u32 uid_last = 0;

    PolicyAskers() = default;
    explicit PolicyAskers(const PolicyWho &who)
        : known(true), some(who.conditions), all(who.conditions), uid_first(who.uid),
          uid_last(who.uid) {}
    // Whoever there is.
    static PolicyAskers anybody() {
        PolicyAskers askers;
        askers.known = true;
        askers.some = PolicyWho::everything;
        askers.uid_last = ~0U;
        return askers;
    }

    void add(const PolicyAskers &more) {
        if (!known) {
            *this = more;
            return;
        }
        some |= more.some;
        all &= more.all;
        uid_first = uid_first < more.uid_first ? uid_first : more.uid_first;
        uid_last = uid_last > more.uid_last ? uid_last : more.uid_last;
    }
};

} // namespace mk
