// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Manager at /org/modkeeper1.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <string>

#include "bus/authority.hpp"
#include "bus/handles.hpp"
#include "bus/inventory.hpp"
#include "bus/job_options.hpp"
#include "bus/job_table.hpp"
#include "bus/kernel_feed.hpp"
#include "bus/module_jobs.hpp"
#include "bus/module_source.hpp"
#include "bus/signals.hpp"
#include "engine/planner.hpp"

namespace mk::bus {

// What is known of the driver, in the words of the properties.
struct DriverFace {
    std::string state = "absent";
    std::string version;
    std::string message;
    std::string event_source = "uevents";
};

class ManagerObject {
  public:
    struct Parts {
        Inventory &inventory;
        ModuleSource &source;
        KernelFeed &feed;
        Signals &signals;
        Authority &authority;
        ModuleJobs &jobs;
        engine::Planner &planner;
        const DriverFace &driver;
        // Takes in all that the kernel has told up to now, so that answers and signals agree.
        std::function<void()> catch_up;
    };

    ManagerObject(sd_bus *bus, Parts parts);
    ManagerObject(const ManagerObject &) = delete;
    ManagerObject &operator=(const ManagerObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

  private:
    using Call = std::shared_ptr<sd_bus_message>;

    // Makes the answer of a job; none: StartJob, which is answered at once.
    using Reply = int (*)(sd_bus_message *call, const std::vector<std::string> &modules);

    int begin(sd_bus_message *message, Result<AskedJob> asked, Reply reply, sd_bus_error *error);
    // @allowed: what polkit was asked.
    void start_job(const Call &call, AskedJob asked, const Question &allowed, Reply reply);
    void remember_loads(engine::ReloadRequest &request);
    JobTable::End end_job(const engine::JobRequest &request, engine::JobOutcome &outcome,
                          pid_t worker, std::uint64_t gaps);
    void note_paths(const engine::JobRequest &request);
    // The error of a failure, told as ModuleFailed once.
    Error tell_failure(const engine::JobRequest &request, const engine::Failure &failure,
                       WorkerTrace &trace, bool trace_is_whole);

    static int on_load(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_load_all(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unload(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unload_all(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_reload(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_start_job(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_plan(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_list(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_get(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int get_property(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *userdata,
                            sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    Parts parts_;
    JobTable jobs_;
    std::string release_;
    Slot slot_;
};

} // namespace mk::bus
