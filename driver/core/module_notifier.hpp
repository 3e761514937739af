// SPDX-License-Identifier: GPL-2.0-only
// Events of the module notifier: which record each makes, and how it changes the inventory.
#pragma once

#include "core/inventory.hpp"
#include "core/limits.hpp"
#include "core/module_record.hpp"
#include "core/policy_gate.hpp"
#include "core/recorder.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"
#include "kernel/mutex.hpp"
#include "lib/result.hpp"

namespace mk {

// Process context, may sleep. Each event makes a record, unless it belongs to a load that is for a
// user whose budget is used up, and that is not live yet. An entry for which there is no memory is
// counted as missed.
class Events {
  public:
    Events(Recorder &recorder, Mutex<Inventory> &inventory, Calls &calls, Symbols &symbols,
           Limits &limits, PolicyGate &policy)
        : recorder_(recorder), inventory_(inventory), calls_(calls), symbols_(symbols),
          limits_(limits), policy_(policy) {}

    // Errno::eacces: the policy denies it. The kernel then frees the module without another
    // notification: nothing of it is kept.
    Result<> coming(Module module);
    void live(Module module);
    void going(Module module);
    // Takes in what was loaded before the first notification.
    void seed();

  private:
    Recorder::Stamp record(modkeeper_record_kind kind, const ModuleFacts &facts, const Entry *entry,
                           const Call *call);
    void began(const ModuleFacts &facts, Entry *entry, Call *call);
    bool may_fail(const Entry *entry, const Call *call);

    Recorder &recorder_;
    Mutex<Inventory> &inventory_;
    Calls &calls_;
    Symbols &symbols_;
    Limits &limits_;
    PolicyGate &policy_;
};

} // namespace mk
