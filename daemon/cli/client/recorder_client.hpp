// SPDX-License-Identifier: GPL-2.0-only
// The driver's record, from wherever the caller may read it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cli/client/bus_connection.hpp"
#include "driver_client/driver_client.hpp"

namespace mk::cli {

// org.modkeeper1.Recorder: those who may not open the device may be allowed to ask the daemon.
class RecorderClient {
  public:
    // @may_ask: may polkit ask the person at the terminal?
    static Result<RecorderClient> connect(bool may_ask);

    // The next events; none when that was all.
    Result<std::vector<driver::Event>> read();
    // What is there already is not wanted.
    Result<void> skip();

    // To be told of new ones: when fd() is readable, has_more() says whether that is why.
    Result<void> listen();
    int fd() const;
    Result<bool> has_more();

  private:
    RecorderClient(Bus bus, bool may_ask) : bus_(std::move(bus)), may_ask_(may_ask) {}
    Result<Message> query() const;

    Bus bus_;
    bool may_ask_;
    std::uint64_t last_ = 0; // sequence number
    bool at_end_ = false;    // there was no more when it was last asked
    // where the slot's callback says so; it stays where it is when this is moved
    std::unique_ptr<bool> changed_ = std::make_unique<bool>(false);
    Slot slot_;
};

// Everything that the daemon knows.
Result<std::vector<driver::Event>> events_of_daemon(bool may_ask);

// Everything that tells of loads and unloads: from the device, or else from the daemon.
Result<std::vector<driver::Event>> recorded_events(driver::DriverClient &driver, bool may_ask);

} // namespace mk::cli
