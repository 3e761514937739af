// SPDX-License-Identifier: GPL-2.0-only
// The whole of org.modkeeper1 on one connection, for the daemon and for tests.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
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
#include "bus/policy_object.hpp"
#include "bus/polkit.hpp"
#include "bus/recorder_object.hpp"
#include "bus/signals.hpp"
#include "holders/find_holders.hpp"

namespace mk::bus {

class BusService {
  public:
    BusService(sd_bus *bus, ModuleSource &source, ModuleJobs &jobs, Planner &planner,
               std::function<void()> catch_up, BackgroundTasks &background,
               ConfigurationPlaces places, FindLastLoad last_load, FindHolders find_holders,
               driver::PolicyClient &policy);
    BusService(const BusService &) = delete;
    BusService &operator=(const BusService &) = delete;

    // Puts the objects on the bus; the caller requests the name. 0 or -errno.
    int attach();

    EventDispatcher &dispatcher() { return dispatcher_; }
    // Called when a job has been created.
    void on_job(JobTable::Begun begun) { manager_.jobs().on_begun(std::move(begun)); }
    // The job of a process; nothing if it is not one of the daemon's workers.
    std::optional<JobOrigin> origin_of(pid_t process) { return manager_.jobs().origin_of(process); }
    // Signals what has changed.
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
    PolicyObject policy_;
};

} // namespace mk::bus
