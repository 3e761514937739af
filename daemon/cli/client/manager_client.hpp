// SPDX-License-Identifier: GPL-2.0-only
// Client of org.modkeeper1.Manager for questions; job_client.hpp is the one for jobs.
#pragma once

#include "base/daemon_state.hpp"
#include "base/error.hpp"
#include "cli/client/bus_connection.hpp"
#include "holders/holder.hpp"

namespace mk::cli {

class ManagerClient {
  public:
    // Connects to the system bus.
    static Result<ManagerClient> connect();

    Result<DaemonState> state();
    // What this user may know.
    Result<HolderList> holders(const std::string &module);

  private:
    explicit ManagerClient(Bus bus) : bus_(std::move(bus)) {}

    Bus bus_;
};

} // namespace mk::cli
