// SPDX-License-Identifier: GPL-2.0-only
// A connection to the system bus and calls on it, with errors in our own words.
#pragma once

#include <cstdint>
#include <memory>

#include "base/error.hpp"
#include "cli/client/libsystemd.hpp"

namespace mk::cli {

struct BusDeleter {
    void operator()(sd_bus *bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_message *message) const { sd_bus_message_unref(message); }
    void operator()(sd_bus_slot *slot) const { sd_bus_slot_unref(slot); }
};
using Bus = std::unique_ptr<sd_bus, BusDeleter>;
using Message = std::unique_ptr<sd_bus_message, BusDeleter>;
// What the bus calls back while it lives. To be owned by what the callback is given a pointer to,
// so that neither outlives the other.
using Slot = std::unique_ptr<sd_bus_slot, BusDeleter>;

// DaemonUnavailable where there is no bus.
Result<Bus> open_system_bus();

// Sends it and waits for the answer.
Result<Message> call_bus(sd_bus *bus, const Message &call, std::uint64_t answer_us);

// What a call of sd-bus's returned: a negative errno.
Error bus_failure(int result);
// An answer that is an error, with the facts that follow its sentence.
Error error_of_reply(sd_bus_message *reply);

// A variant with an array of texts. 0 or more, or -errno.
int read_texts(sd_bus_message *message, std::vector<std::string> &texts);

} // namespace mk::cli
