// SPDX-License-Identifier: GPL-2.0-only
// Clients for which processes load and unload modules, as these processes state it. A daemon that
// acts for others would otherwise hide who asked.
#pragma once

#include <linux/modkeeper.h>

#include "core/policy_who.hpp"
#include "core/record.hpp"
#include "kernel/sched.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/uaccess.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

struct Client {
    u32 flags = 0; // MODKEEPER_CLIENT_*; 0: there is none, whatever else is in here
    u32 pid = 0;   // 0: not known
    u32 uid = 0;
    u32 loginuid = 0;
    char comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<cgroup_text_max> cgroup;

    bool is_there() const { return flags & MODKEEPER_CLIENT_THERE; }
    // What conditions of rules say of it; not known: there is none.
    PolicyAskers askers() const;
    // Into the fields of a body that has them. The record borrows the text.
    template <typename R> void put(R &record) const && = delete;
    template <typename R> void put(R &record) const & {
        using Body = typename R::BodyType;
        if (!is_there())
            return;
        Body &body = record.body();
        body.client_pid = pid;
        body.client_uid = uid;
        body.client_loginuid = loginuid;
        copy_bytes(body.client_comm, comm, sizeof(body.client_comm));
        record.put(&Body::client_cgroup, cgroup.text());
    }
};

// A statement lasts as long as its process, and needs no open file: a process that hangs in the
// kernel would keep the driver from being unloaded.
class Clients {
  public:
    // Processes that state theirs at a time.
    static constexpr usize kept = MODKEEPER_CLIENTS_MAX;

    // The current process states that of @user. Errno::enospc: so many others that live state
    // theirs. Process context, no locks held.
    Result<> state(UserIn<modkeeper_client> user);
    // That of the current process, into @client, which is not there if it states none. Any context.
    void find(Client &client);

  private:
    struct Statement {
        bool used = false;
        u32 tgid = 0; // of the process that states it
        u64 started_ns = 0;
        Client client;

        bool is_of(u32 process, u64 since_ns) const {
            return used && tgid == process && started_ns == since_ns;
        }
    };
    struct Table {
        Statement statements[kept];
    };

    static Statement *place_for(Table &table, u32 tgid, u64 started_ns);

    SpinLock<Table> table_;
    Atomic<bool> any_{false}; // ever
};

} // namespace mk
