// SPDX-License-Identifier: GPL-2.0-only
// All of org.modkeeper1 on one connection: what the daemon, and tests, put on a bus.
#pragma once

#include <systemd/sd-bus.h>

#include <optional>

#include "bus/background_tasks.hpp"
#include "bus/call_queue.hpp"
#include "bus/callers.hpp"
#include "bus/configuration_object.hpp"
#include "bus/event_dispatcher.hpp"
#include "bus/managed_objects.hpp"
#include "bus/manager_object.hpp"
#include "bus/module_info.hpp"
#include "bus/module_jobs.hpp"
#include "bus/module_object.hpp"
#include "bus/module_registry.hpp"
#include "bus/polkit.hpp"
#include "bus/recorder_object.hpp"
#include "bus/signals.hpp"

namespace mk::bus {

class BusService {
  public:
    BusService(sd_bus *bus, ModuleSource &source, ModuleJobs &jobs, Planner &planner,
               std::function<void()> catch_up, BackgroundTasks &background,
               ConfigurationPlaces places);
    BusService(const BusService &) = delete;
    BusService &operator=(const BusService &) = delete;

    // Puts the objects on the bus; the name is for the caller to ask for. 0 or -errno.
    int attach();

    EventDispatcher &dispatcher() { return dispatcher_; }
    // Called when a job is there.
    void on_job(JobTable::Begun begun) { manager_.jobs().on_begun(std::move(begun)); }
    // For which job a process acts; nothing when it is none of the daemon's workers.
    std::optional<JobOrigin> origin_of(pid_t process) { return manager_.jobs().origin_of(process); }
    // Tells of what changed.
    void set_driver(DriverStatus face);
    const DriverStatus &driver() const { return driver_; }

  private:
    std::optional<uid_t> account_of(sd_bus_message *call) const;

    sd_bus *bus_;
    DriverStatus driver_;
    ModuleRegistry registry_;
    ManagedObjects objects_;
    Signals signals_;
    Callers callers_;
    CallQueue queue_;
    Polkit polkit_;
    EventDispatcher dispatcher_;
    ModuleObjects modules_;
    ManagerObject manager_;
    RecorderObject recorder_;
    ConfigurationObject configuration_;
};

} // namespace mk::bus
