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
    u32 pid = 0; // 0: not known
    u32 uid = 0; // both 0: there is none
    u32 loginuid = 0;
    u32 flags = 0; // MODKEEPER_CLIENT_*
    char comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<cgroup_text_max> cgroup;

    bool is_there() const { return pid || uid; }
    // What conditions of rules say of it; not known: it is not there.
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
    static constexpr usize kept = 32;

    // The current process states that of @user. Process context, no locks held.
    Result<> state(UserIn<modkeeper_client> user);
    // That of the current process, into @client; without a pid and a uid: it states none. Any
    // context.
    void find(Client &client);

  private:
    struct Statement {
        bool used = false;
        TaskIdentity by = {}; // the thread
        u32 tgid = 0;
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
