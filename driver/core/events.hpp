// SPDX-License-Identifier: GPL-2.0-only
// What a notification of the kernel means: which record it makes and how the inventory changes.
#pragma once

#include "core/calls.hpp"
#include "core/inventory.hpp"
#include "core/module_record.hpp"
#include "core/recorder.hpp"
#include "core/symbols.hpp"
#include "kernel/module.hpp"
#include "kernel/mutex.hpp"

namespace mk {

// Process context, may sleep. A record is always written; when there is no memory for an entry,
// that is counted as missed.
class Events {
  public:
    Events(Recorder &recorder, Mutex<Inventory> &inventory, Calls &calls, Symbols &symbols)
        : recorder_(recorder), inventory_(inventory), calls_(calls), symbols_(symbols) {}

    void coming(Module module);
    void live(Module module);
    void going(Module module);
    // Takes in what was loaded before the first notification.
    void seed();

  private:
    Recorder::Stamp record(modkeeper_record_kind kind, const ModuleFacts &facts, const Entry *entry,
                           const Call *call);

    Recorder &recorder_;
    Mutex<Inventory> &inventory_;
    Calls &calls_;
    Symbols &symbols_;
};

} // namespace mk
