// SPDX-License-Identifier: GPL-2.0-only
// Connection to the system bus and calls on it, with errors in our own words.
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
// Slot of a callback. The object that the callback gets a pointer to must own it, so that neither
// outlives the other.
using Slot = std::unique_ptr<sd_bus_slot, BusDeleter>;

// DaemonUnavailable if there is no bus.
Result<Bus> open_system_bus();

// Sends it and waits for the answer.
Result<Message> call_bus(sd_bus *bus, const Message &call, std::uint64_t answer_us);

// Result of an sd-bus call: a negative errno.
Error bus_failure(int result);
// An error reply, with the facts that follow its message.
Error error_of_reply(sd_bus_message *reply);

// A variant with an array of texts. 0 or more, or -errno.
int read_texts(sd_bus_message *message, std::vector<std::string> &texts);

} // namespace mk::cli
