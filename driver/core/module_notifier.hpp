// SPDX-License-Identifier: GPL-2.0-only
// What a notification of the kernel means: which record it makes and how the inventory changes.
#pragma once

#include "core/inventory.hpp"
#include "core/limits.hpp"
#include "core/module_record.hpp"
#include "core/recorder.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"
#include "kernel/mutex.hpp"
#include "lib/result.hpp"

namespace mk {

// Process context, may sleep. A record is always written, unless a load is for a user whose budget
// is used up and has not gone live; when there is no memory for an entry, that is counted as
// missed.
class Events {
  public:
    Events(Recorder &recorder, Mutex<Inventory> &inventory, Calls &calls, Symbols &symbols,
           Limits &limits)
        : recorder_(recorder), inventory_(inventory), calls_(calls), symbols_(symbols),
          limits_(limits) {}

    // Whether a module may be loaded, by what it says of itself.
    using Decision = Result<> (*)(const ModuleFacts &facts);
    static Result<> allow_all(const ModuleFacts &) { return {}; }

    // Errors: the decision's, told of when its call returns. The kernel then frees the module
    // without a word to us: nothing of it may be kept.
    Result<> coming(Module module, Decision decision = allow_all);
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
};

} // namespace mk
