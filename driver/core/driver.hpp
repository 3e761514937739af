// SPDX-License-Identifier: GPL-2.0-only
// The one driver: what it is made of and what it says about itself.
#pragma once

#include <linux/modkeeper.h>

#include "core/events.hpp"
#include "core/inventory.hpp"
#include "core/recorder.hpp"
#include "core/snapshot.hpp"
#include "kapi/core.h"
#include "kernel/mutex.hpp"
#include "kernel/slab.hpp"
#include "lib/atomic.hpp"

namespace mk {

class Driver {
  public:
    // Process context, may sleep.
    static Result<Owned<Driver>> create(const mk_config &config);
    Driver(const mk_config &config, Mirror ring);

    modkeeper_info info() const;
    // Takes the inventory's mutex.
    modkeeper_stats stats();

    Recorder &recorder() { return recorder_; }
    Events &events() { return events_; }
    Snapshots &snapshots() { return snapshots_; }
    Atomic<u32> &readers() { return readers_; }

  private:
    const char *version_;
    u64 features_;
    Atomic<u32> readers_{0}; // open files
    Recorder recorder_;
    Mutex<Inventory> inventory_;
    Events events_;
    Snapshots snapshots_;
};

} // namespace mk
