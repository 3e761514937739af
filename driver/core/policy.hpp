// SPDX-License-Identifier: GPL-2.0-only
// Policy: an immutable table of rules, and the judge that asks it. It needs no kernel: the daemon
// links the same objects, so that what it foretells is what the kernel does.
#pragma once

#include <linux/modkeeper.h>

#include "core/policy_blob.hpp"
#include "lib/atomic.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// What is known about a load or a request. Borrows its texts.
struct PolicyFacts {
    u64 known = 0; // bits of enum modkeeper_policy_fact
    u64 facts = 0; // which of these are true, or are there
    u64 maybe = 0; // and those that are so of one of the tasks that may be meant
    u64 realtime_ns = 0;
    u32 by_uid = 0;
    u32 for_uid_first = 0; // of the tasks that may be meant
    u32 for_uid_last = 0;
    Text path;
    Text srcversion;
    Text parameters;

    // Sets of facts, and the time.
    static constexpr u64 of_files = 1ULL << MODKEEPER_FACT_FROM_MEMORY |
                                    1ULL << MODKEEPER_FACT_ON_ROOT_DEVICE |
                                    1ULL << MODKEEPER_FACT_PATH;
    static constexpr u64 of_modules = (1ULL << MODKEEPER_FACT_BY_UNPRIVILEGED) - 1 - of_files;
    static constexpr u64 of_tasks = (1ULL << MODKEEPER_FACTS) - 1 - of_modules - of_files;
    static constexpr u64 time = 1ULL << MODKEEPER_FACTS;

    void set(u32 fact, bool is) { set(fact, is, is); }
    void set(u32 fact, bool is, bool may_be) {
        known |= 1ULL << fact;
        facts |= static_cast<u64>(is) << fact;
        maybe |= static_cast<u64>(may_be) << fact;
    }
    bool knows(u32 fact) const { return known >> fact & 1; }
    bool has(u32 fact) const { return facts >> fact & 1; }
    bool may_have(u32 fact) const { return maybe >> fact & 1; }
};

class Policy {
  public:
    static constexpr u32 none = MODKEEPER_POLICY_NONE;

    // The rule that decided, none: no rule did, so that it is allowed; and the first that warned.
    struct Match {
        modkeeper_rule_verdict verdict = MODKEEPER_RULE_ALLOW;
        u32 rule = none;
        u32 warned = none;
    };

    // What changes about a rule. Any context, any number at a time.
    struct Tally {
        Atomic<u64> hits{0};
        Atomic<u64> quiet_until_ns{0}; // for who writes lines about it
    };

    // Bytes of memory that the index of a blob takes.
    static usize index_bytes(const PolicyBlob &blob);
    // Borrows a blob that was checked, and index_bytes() zeroed bytes, aligned to 8.
    Policy(const PolicyBlob &blob, u8 *index);
    Policy(const Policy &) = delete;
    Policy &operator=(const Policy &) = delete;

    // Any context. Takes no longer than the number of the rules that have exactly this name, and
    // of patterns.
    Match judge(modkeeper_policy_gate gate, Text name, const PolicyFacts &facts) const;

    // Bits of the facts that its rules ask about, and PolicyFacts::time.
    u64 wanted() const { return wanted_; }
    const PolicyBlob &blob() const { return blob_; }
    Text id_of(u32 rule) const { return blob_.text(blob_.rule(rule).id); }
    Text reason_of(u32 rule) const { return blob_.text(blob_.rule(rule).reason); }
    Tally &tally(u32 rule) const { return tallies_[rule]; }

  private:
    class Exact;
    // A name in its bucket, with its whole hash: most others are told apart by that.
    struct Link {
        u32 next; // its number plus one; 0: none
        u32 hash;
    };

    static u32 buckets_for(u32 names);
    u32 &bucket_of(u32 hash) const { return buckets_[hash & (bucket_count_ - 1)]; }
    bool is(const modkeeper_policy_name &name, u32 flag) const { return name.flags & flag; }
    bool holds(u32 rule, const PolicyFacts &facts) const;
    bool holds(const modkeeper_policy_condition &condition, bool allows,
               const PolicyFacts &facts) const;
    bool fits(const modkeeper_policy_name &pattern, Text name) const;
    bool settles(u32 rule, Match &match) const;

    PolicyBlob blob_;
    u64 wanted_ = 0;
    u32 bucket_count_;
    Tally *tallies_;                        // of each rule
    Link *links_;                           // of each name
    u32 *buckets_;                          // the first name of each, as in Link
    u32 *patterns_[MODKEEPER_POLICY_GATES]; // names that are patterns, in the order of rules
    u32 pattern_count_[MODKEEPER_POLICY_GATES] = {};
};

} // namespace mk
