// SPDX-License-Identifier: GPL-2.0-only
// What the commands ask org.modkeeper1.Manager; job_client.hpp has what they have it do.
#pragma once

#include <string>

#include "base/error.hpp"
#include "cli/client/bus_connection.hpp"

namespace mk::cli {

struct ManagerState {
    std::string version;
    std::string kernel_release;
    std::string driver_state; // connected, absent, mismatch
    std::string driver_version;
    std::string driver_message;
    std::string event_source; // driver, uevents
};

class ManagerClient {
  public:
    // Connects to the system bus.
    static Result<ManagerClient> connect();

    Result<ManagerState> state();

  private:
    explicit ManagerClient(Bus bus) : bus_(std::move(bus)) {}

    Bus bus_;
};

} // namespace mk::cli
