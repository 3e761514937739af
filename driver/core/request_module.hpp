// SPDX-License-Identifier: GPL-2.0-only
// Table of the last requests of the kernel for modules, and of the helper process that serves each.
//
// The kernel starts one process for each request, modprobe by default, with the alias as its last
// argument, between the moment it asks and the moment request_module() returns. A process is
// linked to a request only by that: same alias, started in that time. If several requests fit, the
// link is uncertain, and so are the links to the other ones. If none fits, it is not known for whom
// the process works: the requesting task was killed before the process was started, or it did not
// wait, or a command in modprobe's configuration started the process. The process is then assumed
// to work for anybody, and that is somebody who may not load modules.
#pragma once

#include <linux/modkeeper.h>

#include "core/policy_who.hpp"
#include "core/record.hpp"
#include "core/standing.hpp"
#include "kernel/sched.hpp"
#include "kernel/spinlock.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

// Who asked for a module, and how sure that is.
struct RequestLink {
    u32 link = MODKEEPER_LINK_NONE;
    u64 sequence = 0; // of its REQUEST record, 0: that was left out
    u32 pid = 0;
    u32 uid = 0;
    bool trusted = true; // by a task that may load modules
    u32 payer = 0;       // else whose budget its records are of; MODKEEPER_SUPPRESSED_OTHERS: who
                         // asked is not certain
    PolicyAskers askers; // one of these asked
    char comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<alias_text_max> alias;
};

// Any context.
class Requests {
  public:
    // The current task, @task, asks; @sequence 0: its REQUEST record was left out.
    void asked(u64 sequence, u64 boottime_ns, const mk_task &task, const Standing &standing,
               Text alias, bool waits);
    // request_module() returns in the task @pid. If that is missed, the request ends with the next
    // one of the task, and serves nobody once the task is dead.
    void returned(u32 pid, u64 boottime_ns);
    // What the process @tgid serves, which the kernel, or a helper of it, started at @started_ns
    // for @alias.
    RequestLink served_by(u32 tgid, u64 started_ns, Text alias);
    // For whom a helper works of which nothing else is known: for anybody, and that is not known
    // before requests are watched.
    PolicyAskers anybody() const {
        return watched_.load_relaxed() ? PolicyAskers::anybody() : PolicyAskers();
    }
    void watch() { watched_.store_relaxed(true); }

  private:
    // A helper for which nobody waits is started by then.
    static constexpr u64 unwaited_ns = 10ULL * 1000 * 1000 * 1000;
    // Requests that are kept; the kernel has at most 50 of them under way, and these give way last.
    static constexpr usize kept = 64;

    struct Request {
        bool used = false;
        u64 sequence = 0;
        u64 asked_ns = 0;
        u64 returned_ns = ~0ULL;
        TaskIdentity asker = {};
        u32 pid = 0;
        u32 uid = 0;
        u32 helper = 0; // tgid of the process that is linked to it
        bool uncertain = false;
        bool trusted = true; // with an uncertain link: all that it may be of
        u32 payer = 0;
        PolicyAskers askers; // the same
        bool waits = true;
        char comm[MODKEEPER_COMM_SIZE] = {};
        FixedText<alias_text_max> alias;

        bool under_way() const { return used && returned_ns == ~0ULL; }
        // May it give way rather than @other?
        bool goes_before(const Request &other) const {
            if (used != other.used)
                return !used;
            if (under_way() != other.under_way())
                return !under_way();
            return asked_ns < other.asked_ns;
        }
        bool fits(u64 started_ns, Text wanted) const {
            return used && asked_ns <= started_ns && started_ns <= returned_ns &&
                   alias.text() == wanted;
        }
    };
    struct Table {
        Request requests[kept];
    };

    static Request &place_for(Table &table);
    static void end(Table &table, u32 pid, u64 boottime_ns);
    static void forget_dead(Table &table, Text alias);

    SpinLock<Table> table_;
    Atomic<bool> watched_{false};
};

} // namespace mk
