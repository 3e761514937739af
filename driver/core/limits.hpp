// SPDX-License-Identifier: GPL-2.0-only
// How much is recorded of what a task without the right to load modules causes: each user has a
// budget, so that none of them fills the ring for all. What goes beyond it is counted, and told of
// a moment later in one SUPPRESSED record for each user and kind.
#pragma once

#include <linux/modkeeper.h>

#include "core/recorder.hpp"
#include "core/standing.hpp"
#include "kernel/spinlock.hpp"
#include "lib/atomic.hpp"

namespace mk {

class Limits {
  public:
    // Records of a user at once, and the time after which there may be one more.
    static constexpr u64 burst = 100;
    static constexpr u64 interval_ns = 100ULL * 1000 * 1000;

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

    struct User {
        u32 uid = 0;
        u64 busy_until_ns = 0; // when all that was recorded would have come at the even pace
        u64 since_ns = 0;      // the first that was left out; 0: none
        u64 left_out[kinds] = {};

        bool idle(u64 now_ns) const { return busy_until_ns <= now_ns && !since_ns; }
        // False: so many are too many.
        bool takes(u32 records, u64 now_ns) {
            if (busy_until_ns > now_ns + (burst - records) * interval_ns)
                return false;
            busy_until_ns =
                (busy_until_ns > now_ns ? busy_until_ns : now_ns) + records * interval_ns;
            return true;
        }
    };
    struct Table {
        User users[users_max];
        User others; // for whom there is no room, and who are not known
        bool telling = false;

        // Is it the first since the last time they were told?
        bool count(User &user, modkeeper_record_kind kind, u64 now_ns);
    };

    static User &find(Table &table, u32 uid, u64 now_ns);
    void counted(bool first);
    void tell(usize index);

    Recorder &recorder_;
    SpinLock<Table> table_;
    Atomic<u64> suppressed_{0};
};

} // namespace mk
