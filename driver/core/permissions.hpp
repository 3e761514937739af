// SPDX-License-Identifier: GPL-2.0-only
// Temporary permissions: names that are let in for some time or for some uses, whatever the policy
// says.
//
// Each is an object of its own, which is read under RCU and never changes but for its uses, so that
// nobody who asks takes a lock and nothing that is put beside it forgets a use.
#pragma once

#include <linux/modkeeper.h>

#include "kernel/rcu.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"
#include "lib/result.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

class Permission {
  public:
    Permission(u64 id, modkeeper_policy_gate gate, Text name, u64 until_ns, u32 uses)
        : id_(id), until_ns_(until_ns), name_(name), gate_(gate), is_counted_(uses),
          uses_left_(uses) {}

    u64 id() const { return id_; }
    Text name() const { return name_.text(); }
    bool is_counted() const { return is_counted_; }
    bool ends_by_time() const { return until_ns_; }
    // Does it let nothing in any more? @now_ns: boot time.
    bool is_over(u64 now_ns) const {
        return (until_ns_ && now_ns >= until_ns_) || (is_counted_ && !uses_left_.load_relaxed());
    }
    bool fits(modkeeper_policy_gate gate, Text name) const;
    // Takes one use, if they are counted. False: there is none left. Any number at a time.
    bool spend() const;
    void describe(modkeeper_permission &to) const;

  private:
    u64 id_;
    u64 until_ns_; // boot time; 0: never
    FixedText<MODKEEPER_NAME_SIZE - 1> name_;
    modkeeper_policy_gate gate_;
    bool is_counted_;
    mutable Atomic<u32> uses_left_;
};

class Permissions {
  public:
    static constexpr usize max = MODKEEPER_PERMISSIONS_MAX;

    // A load or request is denied: the permission that lets it in, 0: none does. It spends a use of
    // it. Any context.
    u64 take(const RcuReader &reader, modkeeper_policy_gate gate, Text name) const;
    // The same, and nothing is spent.
    u64 find(const RcuReader &reader, modkeeper_policy_gate gate, Text name) const;

    // ---- one caller at a time ----

    // Errno::enospc: there are too many.
    Result<> add(Owned<Permission> permission);
    // Out of the table. Nothing: there is none, or it is over.
    Retired<Permission> remove(u64 id, u64 now_ns, modkeeper_permission &was);
    // One that is over, out of the table. False: there is none.
    bool remove_over(u64 now_ns, Retired<Permission> &ended, modkeeper_permission &was);
    // Those that are not over; how many. @to has room for all.
    usize list(u64 now_ns, modkeeper_permission *to) const;
    // Does any of them end by time?
    bool waits_for_time() const;

  private:
    const Permission *search(const RcuReader &reader, modkeeper_policy_gate gate, Text name,
                             bool spends) const;
    Retired<Permission> remove_at(usize place, modkeeper_permission &was);

    Atomic<u32> count_{0}; // places that are taken
    RcuPointer<Permission> places_[max];
};

} // namespace mk
