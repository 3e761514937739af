// SPDX-License-Identifier: GPL-2.0-only
// Client of org.modkeeper1.Configuration. Commands ask the daemon only for changes; to show
// something, they read the files themselves.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/client/bus_connection.hpp"
#include "config/change.hpp"
#include "config/set_parameter.hpp"

namespace mk::cli {

class ConfigurationClient {
  public:
    // Connects to the system bus. The first call starts the daemon. @may_ask: whether polkit may
    // ask the person at the terminal.
    static Result<ConfigurationClient> connect(bool may_ask = true);

    Result<Changes> set(const SetRequest &request);
    Result<Changes> unset(const std::string &module, const std::string &parameter);
    // method: Enable, Disable, Mask, Unmask
    Result<Changes> choose(const char *method, const std::vector<std::string> &names, bool force);

  private:
    ConfigurationClient(Bus bus, bool may_ask) : bus_(std::move(bus)), may_ask_(may_ask) {}

    Bus bus_;
    bool may_ask_;
};

} // namespace mk::cli
