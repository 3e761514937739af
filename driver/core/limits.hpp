// SPDX-License-Identifier: GPL-2.0-only
// How much is recorded of what a task without the right to load modules causes: each user has a
// budget, so that none of them fills the ring for all, and all of them together have one, so that
// many do not either. What goes beyond is counted, and told of a moment later in one SUPPRESSED
// record for each user and kind.
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
    // In any second all of that lies in the ring: as many records of refused calls, with texts as
    // long as they can be.
    static_assert(Recorder::anybody_bytes(0) >
                  (of_all.burst + 1000ULL * 1000 * 1000 / of_all.interval_ns +
                   2ULL * told_at_once) *
                      (sizeof(modkeeper_record) + sizeof(modkeeper_record_module) +
                       command_text_max + 1 + load_text_max + 1 + 8));

    explicit Limits(Recorder &recorder) : recorder_(recorder) {}

    // May who stands there cause a record of this kind? No: it was counted. Any context.
    bool admit(const Standing &standing, modkeeper_record_kind kind) {
        return standing.trusted || admit_for(standing.payer, kind);
    }
    // The same for the user @uid; @records: as many at once, or none of them.
    bool admit_for(u32 uid, modkeeper_record_kind kind, u32 records = 1);
    // A record of that user is left out together with another one that was.
    void leave_out(u32 uid, modkeeper_record_kind kind);
    // What was counted since the last time becomes records. Process context.
    void tell();

    // Left out since the driver was loaded. Any context.
    u64 suppressed() const { return suppressed_.load_relaxed(); }

  private:
    static constexpr usize users_max = 64;
    static constexpr usize tries = 8;
    // The kinds that can be left out are below.
    static constexpr usize kinds = MODKEEPER_RECORD_REFERENCE + 1;

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
        User others; // for whom there is no room, and who are not known
        bool telling = false;

        // False: so many are too many, for the user or for all.
        bool takes(User &user, u32 records, u64 now_ns);
        // Is it the first since the last time they were told?
        bool count(User &user, modkeeper_record_kind kind, u64 now_ns);
        bool is_first();
    };

    static User &find(Table &table, u32 uid, u64 now_ns);
    void counted(bool first);
    u32 tell(usize index);

    Recorder &recorder_;
    usize next_ = 0; // to be told
    SpinLock<Table> table_;
    Atomic<u64> suppressed_{0};
};

} // namespace mk
