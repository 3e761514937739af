// SPDX-License-Identifier: GPL-2.0-only
// Gates of loads and requests: ask the policy about each module that comes and each request that
// the kernel makes, record what it denied or would have, and write a line about it to the kernel's
// log.
#pragma once

#include "core/limits.hpp"
#include "core/policy_control.hpp"
#include "core/recorder.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"
#include "lib/atomic.hpp"

namespace mk {

class PolicyGate {
  public:
    PolicyGate(Recorder &recorder, PolicyControl &control, Limits &limits, Calls &calls,
               const Requests &requests, Clients &clients)
        : recorder_(recorder), control_(control), limits_(limits), calls_(calls),
          requests_(requests), clients_(clients) {}

    // May the module, which is coming in the current task, be loaded? @call, NULL: it was not seen;
    // else it keeps what was decided for the record of its end, and its path is compared if a rule
    // asks for it. A denial for a user whose budget is used up holds, and is counted instead of
    // recorded. Wakes no readers. Process context, may sleep; locks that sleep may be held.
    bool allows(const ModuleFacts &module, Call *call);
    // May the kernel ask user space for @alias, for the current task? As above, and without any
    // memory or lock but those of records: any context, in the task that asks.
    bool allows_request(Text alias);

  private:
    // Lines that anybody can cause: so many at once, and one more each time this has passed.
    static constexpr u64 lines_at_once = 20;
    static constexpr u64 line_interval_ns = 1000ULL * 1000 * 1000;

    Recorder::Stamp record(const ModuleFacts &module, const Call *call, const PolicyAnswer &answer,
                           Lane lane);
    void record_request(Text alias, const PolicyAnswer &answer, Lane lane);
    void record_failure(const ModuleFacts &module, const PolicyAnswer &answer, u64 decision,
                        Lane lane);
    PolicyAskers askers_of(const Call *call);
    PolicyAnswer ask_about(const ModuleFacts &module, const Call *call, u64 missing);
    void note(Call &call, const PolicyAnswer &answer, u64 sequence);
    bool may_speak(const PolicyAnswer &answer, bool anybodys);

    Recorder &recorder_;
    PolicyControl &control_;
    Limits &limits_;
    Calls &calls_;
    const Requests &requests_;
    Clients &clients_;
    Atomic<u64> quiet_until_ns_{0};
};

} // namespace mk
