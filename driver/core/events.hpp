// SPDX-License-Identifier: GPL-2.0-only
// What a notification of the kernel means: which record it makes and how the inventory changes.
#pragma once

#include "core/inventory.hpp"
#include "core/record.hpp"
#include "core/recorder.hpp"
#include "kernel/module.hpp"
#include "kernel/mutex.hpp"

namespace mk {

// Process context, may sleep. A record is always written; when there is no memory for an entry,
// that is counted as missed.
class Events {
  public:
    Events(Recorder &recorder, Mutex<Inventory> &inventory)
        : recorder_(recorder), inventory_(inventory) {}

    void coming(Module module);
    void live(Module module);
    void going(Module module);
    // Takes in what was loaded before the first notification.
    Result<> seed();

  private:
    Recorder::Stamp record(modkeeper_record_kind kind, const ModuleFacts &facts,
                           const Entry *entry);

    Recorder &recorder_;
    Mutex<Inventory> &inventory_;
};

} // namespace mk
