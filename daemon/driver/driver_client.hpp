// SPDX-License-Identifier: GPL-2.0-only
// What the daemon and the command line know of the driver: its events, its modules, its state.
// This is the port: DeviceDriver (device_driver.hpp) is the real one, tests bring their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"

namespace mk::driver {

enum class EventKind : std::uint16_t { Lost = 1, Present, LoadBegin, LoadLive, LoadFailed, Unload };

// One record, decoded; texts are copies. Kinds that this version does not know are not
// delivered.
struct Event {
    EventKind kind;
    bool truncated = false;
    std::uint64_t sequence = 0;
    std::uint64_t boottime_ns = 0;
    std::uint64_t realtime_ns = 0;
    std::uint32_t cpu = 0;
    std::uint32_t pid = 0;
    std::uint32_t tgid = 0;
    std::uint32_t uid = 0;
    std::uint32_t loginuid = 0;
    std::string comm;

    std::uint64_t lost = 0; // Lost: records that will never be seen

    std::string module;
    std::string version;
    std::string srcversion;
    std::string args;
    std::uint64_t load_sequence = 0;
    std::uint64_t taints = 0;
    std::uint64_t core_bytes = 0;
    std::uint64_t init_bytes = 0;
    std::uint64_t duration_ns = 0;
    std::int32_t error = 0; // positive errno, 0: not known
    std::uint32_t stage = 0;
};

enum class ModuleState : std::uint16_t { Live = 1, Coming, Going, Gone };

struct Parameter {
    std::string name;
    std::string type;
    std::uint32_t mode = 0;
};

// One module as SNAPSHOT and QUERY tell of it; parameters from QUERY only.
struct Module {
    std::string name;
    ModuleState state = ModuleState::Live;
    bool present_before = false;
    bool no_exit = false;
    std::uint32_t references = 0;
    std::string version;
    std::string srcversion;
    std::vector<std::string> uses;
    std::vector<std::string> used_by;
    std::vector<Parameter> parameters;
    std::uint64_t taints = 0;
    std::uint64_t core_bytes = 0;
    std::uint64_t init_bytes = 0;
    std::uint64_t parameter_count = 0;
    std::uint64_t load_count = 0;
    std::uint64_t load_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t loaded_realtime_ns = 0;
    std::uint64_t init_ns = 0;
};

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
};

// Errors are conditions the caller handles: Error::code is DriverUnavailable when the driver is
// not there or speaks another major version, NotFound for a module it never saw, NotAuthorized.
class DriverClient {
  public:
    virtual ~DriverClient() = default;

    // Over netlink. Refuses a driver of another major version with a message that says which
    // side is older and what to do.
    virtual Result<Status> status() = 0;
    virtual Result<std::vector<Module>> modules() = 0;
    virtual Result<Module> module(const std::string &name) = 0;

    // Opens the event stream at the oldest record (false: at the next new one).
    virtual Result<void> open_events(bool from_oldest) = 0;
    // Descriptor to poll for POLLIN, -1 when no stream is open. Owned by the client.
    virtual int events_fd() const = 0;
    // The next records, as many as one read of the device gives; empty when there is none now, so
    // call until then. Never blocks.
    virtual Result<std::vector<Event>> read_events() = 0;
    // Closes the stream and lets go of the device, so that the driver can be unloaded.
    virtual void close_events() = 0;
};

} // namespace mk::driver
