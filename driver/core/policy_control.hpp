// SPDX-License-Identifier: GPL-2.0-only
// Control of the policy: the one that is in force, how it is replaced, and what is asked of it.
//
// A policy is immutable. Whoever asks it reads it under RCU and takes no lock; whoever changes it
// holds a mutex, puts another one in its place, and frees the old one when nobody reads it any
// more. Its modes lie in one word with its generation, so that a decision names the generation
// whose verdict it is. Temporary permissions are beside it: another policy changes none of them.
#pragma once

#include <linux/modkeeper.h>

#include "core/permissions.hpp"
#include "core/policy.hpp"
#include "core/recorder.hpp"
#include "kernel/mutex.hpp"
#include "kernel/rcu.hpp"
#include "kernel/slab.hpp"
#include "kernel/uaccess.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"
#include "lib/result.hpp"

namespace mk {

class Contents;

// What the policy says of one load or request, as of one moment.
struct PolicyAnswer {
    modkeeper_policy_verdict verdict = MODKEEPER_POLICY_VERDICT_ALLOWED;
    modkeeper_rule_verdict rule_verdict = MODKEEPER_RULE_ALLOW; // in whatever mode
    modkeeper_policy_mode mode = MODKEEPER_POLICY_MODE_OFF;
    u32 index = Policy::none; // of the rule
    bool speaks = false;      // a line about this rule may go to the kernel's log
    bool lacks_facts = false; // nothing is decided: a rule asks for facts that are not there yet
    u64 permission = 0;       // the temporary one that lets it in, though the rule denies it
    u64 generation = 0;
    FixedText<MODKEEPER_POLICY_ID_MAX>
        rule; // this and the reason: where there is something to tell
    FixedText<MODKEEPER_POLICY_REASON_MAX> reason;

    // Nobody asked. "{}" would clear the texts too.
    static PolicyAnswer none() {
        PolicyAnswer answer;
        return answer;
    }
    static PolicyAnswer without_facts() {
        PolicyAnswer answer;
        answer.lacks_facts = true;
        return answer;
    }
    bool denied() const { return verdict == MODKEEPER_POLICY_VERDICT_DENIED; }
    bool allowed() const { return verdict == MODKEEPER_POLICY_VERDICT_ALLOWED; }
    // Is there something to be told?
    bool tells() const { return !allowed() || permission; }
};

class PolicyControl {
  public:
    // Lines about one rule in the kernel's log: so many at once, and one more each time this has
    // passed.
    static constexpr u64 lines_at_once = 5;
    static constexpr u64 line_interval_ns = 2ULL * 1000 * 1000 * 1000;

    PolicyControl(Recorder &recorder, modkeeper_policy_mode ceiling)
        : recorder_(recorder), ceiling_(ceiling) {}

    // There is one more gate than that of loads. Process context.
    void add_gate(modkeeper_policy_gate gate) {
        gates_.store_relaxed(gates_.load_relaxed() | 1U << gate);
    }
    // A load or request comes: what becomes of it. It is counted. @facts(u64 wanted) is called if
    // the gate asks, and looks up what Policy::wanted() says; it does not sleep. If that is one of
    // @missing, the answer lacks facts: look them up where one may sleep, and ask again. Any
    // context.
    template <typename Facts>
    PolicyAnswer ask(modkeeper_policy_gate gate, Text name, Facts facts, u64 missing = 0) {
        RcuReader reader;
        const Loaded *loaded = loaded_.read(reader);
        if (!loaded)
            return PolicyAnswer::none();
        State state(loaded->state.load_relaxed());
        if (effective(state, gate) == MODKEEPER_POLICY_MODE_OFF)
            return PolicyAnswer::none();
        u64 wanted = loaded->policy.wanted();
        if (wanted & missing)
            return PolicyAnswer::without_facts();
        return decide(reader, *loaded, state, gate, name, facts(wanted));
    }

    // Takes the policy of the file MODKEEPER_POLICY_FILE, if there is one. What is wrong with it
    // is a line in the kernel's log. Process context, may sleep; nobody has the driver open yet.
    void take_file();

    // The ioctls, as the uapi header explains them. Process context, no locks held, may sleep.
    Result<> set(UserInOut<modkeeper_policy_set> user);
    Result<> get(UserInOut<modkeeper_policy_get> user);
    Result<> set_mode(UserInOut<modkeeper_policy_mode_set> user);
    Result<> confirm(UserInOut<modkeeper_policy_confirm> user);
    Result<> test(UserInOut<modkeeper_policy_test> user);
    Result<> temporary(UserInOut<modkeeper_policy_temporary> user);
    Result<> seal(UserInOut<modkeeper_policy_seal> user);

    // Rolls a trial back whose time is over, and ends permissions that are over. Process context,
    // may sleep.
    void tick();

  private:
    // Generation and modes in one word.
    class State {
      public:
        State() = default;
        explicit State(u64 word) : word_(word) {}
        State(u64 generation, u32 load_mode, u32 request_mode)
            : word_(generation << 8 | load_mode << 4 | request_mode) {}

        u64 word() const { return word_; }
        u64 generation() const { return word_ >> 8; }
        modkeeper_policy_mode mode(modkeeper_policy_gate gate) const {
            return static_cast<modkeeper_policy_mode>(
                (gate == MODKEEPER_POLICY_GATE_LOAD ? word_ >> 4 : word_) & 15);
        }

      private:
        u64 word_ = 0;
    };

    // A policy with the memory that it lies in.
    struct Loaded {
        Loaded(Buffer blob_bytes, Buffer index_bytes)
            : blob(mk::move(blob_bytes)), index(mk::move(index_bytes)),
              policy(PolicyBlob(blob.data()), index.data()) {}

        Buffer blob;
        Buffer index;
        Policy policy;
        Atomic<u64> state{0}; // State
    };

    // What only one at a time changes.
    struct Turn {
        u64 generation = 0;   // of the last change
        u64 deadline_ns = 0;  // boot time, 0: no trial runs
        Owned<Loaded> before; // what comes back if the trial is not confirmed
        u64 rolled_back = 0;  // generation of the trial that was rolled back last
        u64 rolled_back_ns = 0;
        u64 permission = 0; // id of the last one
        bool sealed = false;

        bool tries() const { return deadline_ns; }
    };

    static Result<Owned<Loaded>> load(Buffer blob, PolicyFault &fault);
    static Result<Owned<Loaded>> load(modkeeper_policy_set &request);
    Result<> take(const Contents &file);
    Result<> replace(modkeeper_policy_set &request, Owned<Loaded> with);
    Result<> change_mode(modkeeper_policy_mode_set &request);
    Result<> end_trial(modkeeper_policy_confirm &request);
    void keep(Turn &turn, Retired<Loaded> &ended);
    void roll_back(Turn &turn, Retired<Loaded> &ended);
    static Result<> may_change(const Turn &turn, u64 expected_generation);
    void tick_trial();
    void end_permissions();
    Result<> close_for_good(modkeeper_policy_seal &request);
    Result<> permit(modkeeper_policy_temporary &request);
    Result<> revoke(const modkeeper_policy_temporary &request);
    Result<> list_permissions(UserInOut<modkeeper_policy_temporary> user,
                              modkeeper_policy_temporary &request);
    void fill(modkeeper_policy_get &request, const Turn &turn) const;
    void record(modkeeper_policy_change change, const Loaded *loaded, State state,
                const modkeeper_permission *permission = nullptr);
    void record(modkeeper_policy_change change, const Turn &turn,
                const modkeeper_permission *permission = nullptr);
    modkeeper_policy_mode effective(State state, modkeeper_policy_gate gate) const;
    PolicyAnswer decide(const RcuReader &reader, const Loaded &loaded, State state,
                        modkeeper_policy_gate gate, Text name, const PolicyFacts &facts);
    // Fills what the rules decide into a new answer: one is too large to be copied for each load.
    void judge(const Loaded &loaded, State state, modkeeper_policy_gate gate, Text name,
               const PolicyFacts &facts, PolicyAnswer &answer) const;
    static void name_rule(const Loaded &loaded, PolicyAnswer &answer);
    static void count(const Loaded &loaded, PolicyAnswer &answer);

    Recorder &recorder_;
    modkeeper_policy_mode ceiling_;
    RcuPointer<Loaded> loaded_; // replaced under the mutex
    Permissions permissions_;   // changed under the mutex
    Mutex<Turn> turn_;
    Atomic<u32> gates_{1U << MODKEEPER_POLICY_GATE_LOAD};
    Atomic<u64> denied_{0};
    Atomic<u64> would_deny_{0};
};

} // namespace mk
