// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Manager at /org/modkeeper1.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <string>

#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/event_dispatcher.hpp"
#include "bus/handles.hpp"
#include "bus/job_options.hpp"
#include "bus/job_table.hpp"
#include "bus/module_info.hpp"
#include "bus/module_jobs.hpp"
#include "bus/module_registry.hpp"
#include "bus/polkit.hpp"
#include "bus/signals.hpp"
#include "holders/find_holders.hpp"
#include "job/planner.hpp"

namespace mk::bus {

// State of the driver, in the words of the properties.
struct DriverStatus {
    std::string state = "absent";
    std::string version;
    std::string message;
    std::string event_source = "uevents";
};

class ManagerObject {
  public:
    struct Parts {
        ModuleRegistry &registry;
        ModuleSource &source;
        EventDispatcher &dispatcher;
        Signals &signals;
        Callers &callers;
        Polkit &polkit;
        ModuleJobs &jobs;
        // Without suggestions: a separate task finds out why something is not found.
        Planner &planner;
        BackgroundTasks &background;
        const DriverStatus &driver;
        FindHolders find_holders;
        // Reads everything that the kernel has reported, so that answers and signals agree.
        std::function<void()> catch_up;
    };

    ManagerObject(sd_bus *bus, Parts parts);
    ManagerObject(const ManagerObject &) = delete;
    ManagerObject &operator=(const ManagerObject &) = delete;

    // 0 or -errno.
    int attach(sd_bus *bus);

    JobTable &jobs() { return jobs_; }

  private:
    using Call = std::shared_ptr<sd_bus_message>;

    // Makes the answer of a job; none: StartJob, which is answered at once.
    using Reply = int (*)(sd_bus_message *call, const JobDone &done);

    int begin(sd_bus_message *message, Result<AskedJob> asked, Reply reply);
    // Whether checking the request itself is worth a process.
    bool may_have_fault(const LoadRequest &request);
    // Refuses @message if it has a fault; otherwise calls @ask, also if the check fails to run.
    void look_for_fault(sd_bus_message *message, const LoadRequest &request,
                        std::function<void()> ask);
    // @allowed: what polkit has authorised.
    void start_job(const Call &call, AskedJob asked, const Question &allowed, Reply reply);
    void remember_loads(ReloadRequest &request);
    JobTable::Explained end_job(const JobTable::Asked &job, JobOutcome &outcome, pid_t worker);
    void note_files(const std::vector<NamedFile> &files);
    // A failure, as reported to the caller and to everybody; ModuleFailed signals it once.
    struct Told {
        Error error;
        std::string reason;
    };
    Told tell_failure(const JobTable::Asked &job, const Failure &failure, WorkerTrace &trace,
                      bool trace_is_whole);
    void tell_the_rest(const WorkerTrace &trace, std::uint32_t job);

    static int on_load(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_load_all(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unload(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_unload_all(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_reload(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_start_job(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_examine(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_holders(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_plan(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_preview(sd_bus_message *call, void *userdata, sd_bus_error *error);
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
