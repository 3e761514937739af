// SPDX-License-Identifier: GPL-2.0-only
// Budgets for the records that tasks without the right to load modules cause. Each user has one, so
// that no user fills the ring alone; all users together have one, so that many do not either.
// Records beyond a budget are counted, and a moment later one SUPPRESSED record for each user and
// kind reports the count.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "core/recorder.hpp"
#include "core/standing.hpp"
#include "kernel/spinlock.hpp"
#include "lib/atomic.hpp"

namespace mk {

class Limits {
  public:
    // Records at once, and the time after which there may be one more.
    struct Pace {
        u64 burst;
        u64 interval_ns;
    };
    static constexpr Pace of_a_user = {100, 100ULL * 1000 * 1000};
    static constexpr Pace of_all = {250, 20ULL * 1000 * 1000};
    // SUPPRESSED records in a second, and some more so that those of a user come together.
    static constexpr u32 told_at_once = 16;
    // The second ring holds all of that for a second, even if all are records of refused calls with
    // the longest texts.
    static_assert(Recorder::anybody_bytes(0) >
                  (of_all.burst + 1000ULL * 1000 * 1000 / of_all.interval_ns +
                   2ULL * told_at_once) *
                      (sizeof(modkeeper_record) + sizeof(modkeeper_record_module) +
                       command_text_max + 1 + load_text_max + 1 + 8));

    explicit Limits(Recorder &recorder) : recorder_(recorder) {}

    // May a task of this standing cause a record of this kind? If not, it was counted. Any context.
    bool admit(const Standing &standing, modkeeper_record_kind kind) {
        return standing.trusted || admit_for(standing.payer, kind);
    }
    // The same for the user @uid, and for @records records: all of them or none.
    bool admit_for(u32 uid, modkeeper_record_kind kind, u32 records = 1);
    // Counts one more record that is left out, because another one that belongs to it was.
    void leave_out(u32 uid, modkeeper_record_kind kind);
    // Records what was counted since the last time. Process context.
    void tell();

    // Left out since the driver was loaded. Any context.
    u64 suppressed() const { return suppressed_.load_relaxed(); }

  private:
    static constexpr usize users_max = 64;
    static constexpr usize tries = 8;
    static constexpr usize kinds = last_record_kind + 1;

    struct Budget {
        u64 busy_until_ns = 0; // when all that was recorded would have come at the even pace

        bool has(const Pace &pace, u32 records, u64 now_ns) const {
            return busy_until_ns <= now_ns + (pace.burst - records) * pace.interval_ns;
        }
        void take(const Pace &pace, u32 records, u64 now_ns) {
            busy_until_ns =
                (busy_until_ns > now_ns ? busy_until_ns : now_ns) + records * pace.interval_ns;
        }
    };
    struct User {
        u32 uid = 0;
        Budget budget;
        u64 since_ns = 0; // the first that was left out; 0: none
        u64 left_out[kinds] = {};

        bool idle(u64 now_ns) const { return budget.busy_until_ns <= now_ns && !since_ns; }
    };
    struct Table {
        Budget all;
        User users[users_max];
        User others; // users without a place of their own, and unknown ones
        bool telling = false;

        // False: so many are too many, for the user or for all.
        bool takes(User &user, u32 records, u64 now_ns);
        // Is it the first since the last SUPPRESSED records?
        bool count(User &user, modkeeper_record_kind kind, u64 now_ns);
        bool is_first();
    };

    static User &find(Table &table, u32 uid, u64 now_ns);
    void counted(bool first);
    u32 tell(usize index);

    Recorder &recorder_;
    usize next_ = 0; // whose SUPPRESSED records come next
    SpinLock<Table> table_;
    Atomic<u64> suppressed_{0};
};

} // namespace mk
