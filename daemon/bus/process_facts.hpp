// SPDX-License-Identifier: GPL-2.0-only
// What the kernel says of a caller's process, and which person it belongs to.
#pragma once

#include "base/caller.hpp"

namespace mk::bus {

// One who calls. Time, room and places are shared out by account: one person may act as many users,
// such as those of containers, but has logged in as one. Those whose process is not to be seen have
// one account together, or they would get a new one with every user they act as. Root's is 0, and
// nobody else's is.
struct Caller : JobCaller {
    static constexpr uid_t unseen = static_cast<uid_t>(-1);

    uid_t account = unseen;

    // What job and journal keep: the account is of no use to them.
    const JobCaller &identity() const { return *this; }
};

// @is_seen: does /proc show its process?
uid_t account_of(const Caller &caller, bool is_seen);

// Fills in what is not from the bus. The process's number may be another's by now: one of another
// user says nothing. (A pidfd of the process would come as a descriptor, see connection.hpp.)
void read_process(Caller &caller);

} // namespace mk::bus
