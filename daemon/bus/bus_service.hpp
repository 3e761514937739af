// SPDX-License-Identifier: GPL-2.0-only
// All of org.modkeeper1 on one connection: what the daemon, and tests, put on a bus.
#pragma once

#include <systemd/sd-bus.h>

#include "bus/authority.hpp"
#include "bus/background_jobs.hpp"
#include "bus/callers.hpp"
#include "bus/configuration_object.hpp"
#include "bus/inventory.hpp"
#include "bus/kernel_feed.hpp"
#include "bus/manager_object.hpp"
#include "bus/module_jobs.hpp"
#include "bus/module_object.hpp"
#include "bus/module_source.hpp"
#include "bus/recorder_object.hpp"
#include "bus/signals.hpp"

namespace mk::bus {

class BusService {
  public:
    BusService(sd_bus *bus, ModuleSource &source, ModuleJobs &jobs, engine::Planner &planner,
               std::function<void()> catch_up, BackgroundJobs &background,
               engine::ConfigurationPlaces places);
    BusService(const BusService &) = delete;
    BusService &operator=(const BusService &) = delete;

    // Puts the objects on the bus; the name is for the caller to ask for. 0 or -errno.
    int attach();

    KernelFeed &feed() { return feed_; }
    // Tells of what changed.
    void set_driver(DriverFace face);
    const DriverFace &driver() const { return driver_; }

  private:
    sd_bus *bus_;
    DriverFace driver_;
    Inventory inventory_;
    Signals signals_;
    Callers callers_;
    Authority authority_;
    KernelFeed feed_;
    ModuleObjects modules_;
    ManagerObject manager_;
    RecorderObject recorder_;
    ConfigurationObject configuration_;
};

} // namespace mk::bus
