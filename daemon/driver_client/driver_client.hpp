// SPDX-License-Identifier: GPL-2.0-only
// Interface to the driver for the daemon and the command line: its events, its modules, its state.
// DevNodeClient (dev_node_client.hpp) is the real one; tests have their own.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/loaded_module.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"

namespace mk::driver {

// From generic netlink get-status, which every user may ask.
struct Status {
    std::uint16_t abi_major = 0;
    std::uint16_t abi_minor = 0;
    std::string version;
    std::uint64_t features = 0;
    std::uint64_t ring_bytes = 0;
    std::uint64_t produced = 0;
    std::uint64_t overwritten = 0;
    std::uint64_t missed = 0;
    std::uint32_t readers = 0;
    std::uint64_t modules_loaded = 0;
    std::uint64_t generation = 0;
    std::uint64_t suppressed = 0; // left out: too many, caused by users without privilege
    // From the device only, which not everybody may open.
    std::optional<std::uint64_t> probes_missed;
};

// Status::features: what the driver can see on this kernel.
enum class Feature : std::uint64_t {
    Notifier = 1U << 0,
    Netlink = 1U << 1,
    Calls = 1U << 2,
    Files = 1U << 3,
    Requests = 1U << 4,
    Parameters = 1U << 5,
    References = 1U << 6,
    KernelLines = 1U << 7,
    RequestGate = 1U << 8,
    Tools = 1U << 9,
};

// A pass over the record, from the oldest record on.
class RecordReader {
  public:
    virtual ~RecordReader() = default;
    // The next records, as many as one read of the device gives; empty when there are no more now.
    virtual Result<std::vector<Event>> next() = 0;
};

// All that it has from here on, oldest first.
inline Result<std::vector<Event>> read_all(RecordReader &reader) {
    std::vector<Event> events;
    for (;;) {
        auto more = TRY(reader.next());
        if (more.empty())
            return events;
        events.insert(events.end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
    }
}

// Errors are conditions that the caller handles: Error::code is DriverUnavailable if the driver is
// not loaded or has another major version, NotFound for a module it never saw, NotAuthorized.
class DriverClient {
  public:
    virtual ~DriverClient() = default;

    // Over netlink. Refuses a driver of another major version with a message that says which
    // side is older and what to do.
    virtual Result<Status> status() = 0;
    // From SNAPSHOT or QUERY; parameters only from QUERY.
    virtual Result<std::vector<LoadedModule>> modules() = 0;
    virtual Result<LoadedModule> module(const ModuleName &name) = 0;

    // Opens the event stream at the oldest record (false: at the next new one).
    virtual Result<void> open_events(bool from_oldest) = 0;
    // Descriptor to poll for POLLIN, -1 when no stream is open. Owned by the client.
    virtual int events_fd() const = 0;
    // The next records, as many as one read of the device gives; empty when there is none now, so
    // call until then. Never blocks.
    virtual Result<std::vector<Event>> read_events() = 0;
    // It has a cursor of its own: the stream above does not move.
    virtual Result<std::unique_ptr<RecordReader>> read_record() = 0;
    // All records in the ring now, oldest first, until @take returns false.
    Result<void> each_record(const std::function<bool(Event &)> &take);
    // Closes the stream and the device, so that the driver can be unloaded.
    virtual void close_events() = 0;
};

inline Result<void> DriverClient::each_record(const std::function<bool(Event &)> &take) {
    auto reader = TRY(read_record());
    for (;;) {
        auto events = TRY(reader->next());
        if (events.empty())
            return {};
        for (Event &event : events)
            if (!take(event))
                return {};
    }
}

} // namespace mk::driver
