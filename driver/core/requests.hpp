// SPDX-License-Identifier: GPL-2.0-only
// The last requests of the kernel for modules, and which of them a helper process serves.
//
// The kernel starts one process for each request, modprobe by default, with the alias as its last
// argument, between the moment it asks and the moment request_module() returns. A process is
// linked to a request only by that: same alias, started in that time. Where several requests fit,
// the link is uncertain, and so are the links of the others of them.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "kernel/spinlock.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

// Who asked for a module, and how sure that is.
struct RequestLink {
    u32 link = MODKEEPER_LINK_NONE;
    u64 sequence = 0; // of its REQUEST record, 0: that was left out
    u32 pid = 0;
    u32 uid = 0;
    bool trusted = true; // by whoever may load modules
    char comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<alias_text_max> alias;
};

// Any context.
class Requests {
  public:
    // The current task, @task, asks; @sequence 0: its REQUEST record was left out.
    void asked(u64 sequence, u64 boottime_ns, const mk_task &task, Text alias);
    // request_module() returns in the task @pid.
    void returned(u32 pid, u64 boottime_ns);
    // What the process @tgid, which the kernel started at @started_ns for @alias, serves.
    RequestLink served_by(u32 tgid, u64 started_ns, Text alias);

  private:
    // Requests that are kept; the kernel has at most 50 of them under way.
    static constexpr usize kept = 64;

    struct Request {
        bool used = false;
        u64 sequence = 0;
        u64 asked_ns = 0;
        u64 returned_ns = ~0ULL;
        u32 pid = 0;
        u32 uid = 0;
        u32 helper = 0; // tgid of the process that is linked to it
        bool uncertain = false;
        bool trusted = true; // with an uncertain link: all that it may be of
        char comm[MODKEEPER_COMM_SIZE] = {};
        FixedText<alias_text_max> alias;

        bool fits(u64 started_ns, Text wanted) const {
            return used && asked_ns <= started_ns && started_ns <= returned_ns &&
                   alias.text() == wanted;
        }
    };
    struct Table {
        Request requests[kept];
        u32 next = 0;
    };

    SpinLock<Table> table_;
};

} // namespace mk
