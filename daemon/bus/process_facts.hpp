// SPDX-License-Identifier: GPL-2.0-only
// Facts of a caller's process from the kernel, and the person it belongs to.
#pragma once

#include "base/caller.hpp"

namespace mk::bus {

// A caller. Time, room and places are shared out by account: one person may act as many users, such
// as those of containers, but has logged in as one. All callers whose process cannot be seen share
// one account, or they would get a new one with every user they act as. Root's account is 0, and
// nobody else's is.
struct Caller : JobCaller {
    static constexpr uid_t unseen = static_cast<uid_t>(-1);

    uid_t account = unseen;

    // The part for jobs and the journal, which do not need the account.
    const JobCaller &identity() const { return *this; }
};

// @is_seen: whether /proc shows its process
uid_t account_of(const Caller &caller, bool is_seen);

// Fills in what the bus does not know. The process ID may belong to another process by now: one of
// another user is ignored, and all facts are of one process. (A pidfd of the process would come as
// a descriptor, see connection.hpp.)
void read_process(Caller &caller);

} // namespace mk::bus
