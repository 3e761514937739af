// SPDX-License-Identifier: GPL-2.0-only
// The one driver: its parts, and what it reports about itself.
#pragma once

#include <linux/modkeeper.h>

#include "core/clients.hpp"
#include "core/inventory.hpp"
#include "core/limits.hpp"
#include "core/module_notifier.hpp"
#include "core/parameter_events.hpp"
#include "core/policy_control.hpp"
#include "core/policy_gate.hpp"
#include "core/recorder.hpp"
#include "core/reference_events.hpp"
#include "core/request_events.hpp"
#include "core/request_module.hpp"
#include "core/snapshot.hpp"
#include "core/subscriber_reader.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscall_events.hpp"
#include "core/syscalls.hpp"
#include "core/tool_events.hpp"
#include "kapi/core.h"
#include "kernel/mutex.hpp"
#include "kernel/slab.hpp"
#include "lib/atomic.hpp"

namespace mk {

class Driver {
  public:
    // Process context, may sleep.
    static Result<Owned<Driver>> create(const mk_config &config);
    Driver(const mk_config &config, Mirror trusted, Mirror anybody, Buffer calls, usize places);

    modkeeper_info info() const;
    // Takes the inventory's mutex.
    modkeeper_stats stats();

    // Process context; nobody has the driver open yet.
    void add_features(u64 features);
    // The same for one source at any time; one call at a time.
    void switch_feature(u64 feature, bool on);
    Recorder &recorder() { return recorder_; }
    Events &events() { return events_; }
    ToolEvents &tool_events() { return tool_events_; }
    CallEvents &call_events() { return call_events_; }
    RequestEvents &request_events() { return request_events_; }
    ParameterEvents &parameter_events() { return parameter_events_; }
    ReferenceEvents &reference_events() { return reference_events_; }
    Mutex<Inventory> &inventory() { return inventory_; }
    Snapshots &snapshots() { return snapshots_; }
    SubscriberReader &subscriber_reader() { return subscriber_reader_; }
    Calls &calls() { return calls_; }
    Limits &limits() { return limits_; }
    PolicyControl &policy() { return policy_; }
    PolicyGate &policy_gate() { return policy_gate_; }
    Clients &clients() { return clients_; }
    Atomic<u32> &readers() { return readers_; }

  private:
    const char *version_;
    Atomic<u64> features_;
    Atomic<u32> readers_{0}; // open files
    Recorder recorder_;
    Mutex<Inventory> inventory_;
    Calls calls_;
    Limits limits_;
    Requests requests_;
    Clients clients_;
    Symbols symbols_;
    PolicyControl policy_;
    PolicyGate policy_gate_;
    Events events_;
    ToolEvents tool_events_;
    CallEvents call_events_;
    RequestEvents request_events_;
    ParameterEvents parameter_events_;
    ReferenceEvents reference_events_;
    Snapshots snapshots_;
    SubscriberReader subscriber_reader_;
};

} // namespace mk
