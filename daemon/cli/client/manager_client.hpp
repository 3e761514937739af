// SPDX-License-Identifier: GPL-2.0-only
// What the commands ask org.modkeeper1.Manager; job_client.hpp has what they have it do.
#pragma once

#include "base/daemon_state.hpp"
#include "base/error.hpp"
#include "cli/client/bus_connection.hpp"

namespace mk::cli {

class ManagerClient {
  public:
    // Connects to the system bus.
    static Result<ManagerClient> connect();

    Result<DaemonState> state();

  private:
    explicit ManagerClient(Bus bus) : bus_(std::move(bus)) {}

    Bus bus_;
};

} // namespace mk::cli
