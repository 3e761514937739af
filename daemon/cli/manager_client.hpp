// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Manager as the commands call it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <systemd/sd-bus.h>

#include "error.hpp"

namespace mk::cli {

struct LoadOptions {
    bool force_vermagic = false;
    bool force_modversions = false;
    bool ignore_blacklist = false;
};

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
    // Connects to the system bus. Only load() and unload() have the daemon started when it is not
    // running.
    static Result<ManagerClient> connect();

    // The name of the module that is live now, or for an alias the first of them.
    Result<std::string> load(const std::string &name, const std::vector<std::string> &parameters,
                             const LoadOptions &options, std::chrono::seconds timeout);
    Result<void> unload(const std::string &name, std::chrono::seconds timeout);
    Result<ManagerState> state();

  private:
    struct ClosesBus {
        void operator()(sd_bus *bus) const { sd_bus_flush_close_unref(bus); }
    };
    using Bus = std::unique_ptr<sd_bus, ClosesBus>;

    explicit ManagerClient(Bus bus) : bus_(std::move(bus)) {}

    Bus bus_;
};

} // namespace mk::cli
