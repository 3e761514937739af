// SPDX-License-Identifier: GPL-2.0-only
// Reader of the driver's record, from the source that the caller may read.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cli/client/bus_connection.hpp"
#include "driver_client/driver_client.hpp"

namespace mk::cli {

// Client of org.modkeeper1.Recorder, for users who may not open the device but are authorised to
// ask the daemon.
class RecorderClient {
  public:
    // @may_ask: whether polkit may ask the person at the terminal
    static Result<RecorderClient> connect(bool may_ask);

    // The next events; none at the end.
    Result<std::vector<driver::Event>> read();
    // Skip existing records.
    Result<void> skip();

    // Wait for new ones: when fd() is readable, has_more() tells whether there are any.
    Result<void> listen();
    int fd() const;
    Result<bool> has_more();

  private:
    RecorderClient(Bus bus, bool may_ask) : bus_(std::move(bus)), may_ask_(may_ask) {}
    Result<Message> query() const;

    Bus bus_;
    bool may_ask_;
    std::uint64_t last_ = 0; // sequence number
    bool at_end_ = false;    // there were no more at the last query
    // written by the slot's callback; its address does not change when this is moved
    std::unique_ptr<bool> changed_ = std::make_unique<bool>(false);
    Slot slot_;
};

// Everything that the daemon knows.
Result<std::vector<driver::Event>> events_of_daemon(bool may_ask);

// All events of loads and unloads: from the device, otherwise from the daemon.
Result<std::vector<driver::Event>> recorded_events(driver::DriverClient &driver, bool may_ask);

} // namespace mk::cli
