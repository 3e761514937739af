// SPDX-License-Identifier: GPL-2.0-only
// Owners of sd-bus objects and of event sources.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <memory>

namespace mk::bus {

struct HandleDeleter {
    // Sends queued messages and closes: the name on the bus is free from then on.
    void operator()(sd_bus *bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_slot *slot) const { sd_bus_slot_unref(slot); }
    void operator()(sd_bus_message *message) const { sd_bus_message_unref(message); }
    void operator()(sd_event_source *source) const { sd_event_source_disable_unref(source); }
};
using Bus = std::unique_ptr<sd_bus, HandleDeleter>;
using Slot = std::unique_ptr<sd_bus_slot, HandleDeleter>;
using Message = std::unique_ptr<sd_bus_message, HandleDeleter>;
using EventSource = std::unique_ptr<sd_event_source, HandleDeleter>;

// Another owner of a borrowed message; shared, because callbacks are copied.
inline std::shared_ptr<sd_bus_message> keep(sd_bus_message *message) {
    return {sd_bus_message_ref(message), HandleDeleter{}};
}

} // namespace mk::bus
