// SPDX-License-Identifier: GPL-2.0-only
// Clients for which processes load and unload modules, as these processes state it. A daemon that
// acts for others would otherwise hide who asked.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "kernel/sched.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/uaccess.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

struct Client {
    u32 pid = 0; // 0: none
    u32 uid = 0;
    u32 loginuid = 0;
    char comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<cgroup_text_max> cgroup;

    // Into the fields of a body that has them. The record borrows the text.
    template <typename R> void put(R &record) const && = delete;
    template <typename R> void put(R &record) const & {
        using Body = typename R::BodyType;
        if (!pid)
            return;
        Body &body = record.body();
        body.client_pid = pid;
        body.client_uid = uid;
        body.client_loginuid = loginuid;
        copy_bytes(body.client_comm, comm, sizeof(body.client_comm));
        record.put(&Body::client_cgroup, cgroup.text());
    }
};

class Clients {
  public:
    // Processes that state theirs at a time.
    static constexpr usize kept = 32;

    // The current process states that of @user, through the open file @owner. Process context, no
    // locks held.
    Result<> state(const void *owner, UserIn<modkeeper_client> user);
    // @owner is closed. Any context.
    void withdraw(const void *owner);
    // That of the current process, into @client, if it states one. Any context.
    void find(Client &client);

  private:
    struct Statement {
        const void *owner = nullptr; // NULL: it is free
        u32 tgid = 0;
        u64 started_ns = 0;
        Client client;
    };
    struct Table {
        Statement statements[kept];
    };

    SpinLock<Table> table_;
    Atomic<u32> count_{0};
};

} // namespace mk
