// SPDX-License-Identifier: GPL-2.0-only
// Signals on the bus. It is no error if nobody listens; a lost bus connection ends the daemon
// elsewhere.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"

namespace mk::bus {

class Signals {
  public:
    explicit Signals(sd_bus *bus) : bus_(bus) {}

    void module_loaded(const ModuleName &name, std::uint64_t sequence);
    void module_unloaded(const ModuleName &name, std::uint64_t sequence);
    // @error: what everybody may know. @job: 0 if it was not the daemon's.
    void module_failed(const ModuleName &name, const Error &error, std::uint64_t sequence,
                       std::uint32_t job);

    // Public part of one record.
    void event(const driver::Event &event);

    // What a rule said of a load or of a request; what is requested stays with authorised callers.
    void policy_decided(const driver::Event &event, const driver::PolicyDecision &decision);
    void policy_changed(const driver::PolicyChange &change);

    // InterfacesAdded: call it once the object exists. InterfacesRemoved: while it still does.
    void object_added(const ModuleName &name);
    void object_removed(const ModuleName &name);

    void module_changed(const ModuleName &name, std::initializer_list<const char *> properties);
    void manager_changed(std::initializer_list<const char *> properties);

  private:
    sd_bus *bus_;
};

} // namespace mk::bus
