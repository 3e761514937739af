// SPDX-License-Identifier: GPL-2.0-only
// Table of waiting and running jobs: who asked for them, their progress, and who is informed of
// their end. Each job is an object org.modkeeper1.Job at /org/modkeeper1/job/ID as long as it is in
// the table.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "bus/callers.hpp"
#include "bus/handles.hpp"
#include "bus/module_jobs.hpp"
#include "bus/polkit.hpp"

namespace mk::bus {

// Result of a job, for those who wait for it.
struct JobDone {
    ModuleNames modules; // requested modules that are now in the requested state
    ModuleNames changed; // all that were loaded or unloaded, in order
};

class JobTable {
  public:
    using End = Result<JobDone>;
    using Waiter = std::function<void(const End &)>;
    struct Explained {
        End end;
        std::string told; // of an error, the public part
    };
    struct Asked {
        std::uint32_t id;
        const JobRequest &request;
        std::uint64_t gaps; // of when the job began
        bool is_for_root;   // nobody else has asked for it
    };
    // Converts a worker's result to the end of the job. Called once per job, before its waiters.
    using Explain = std::function<Explained(const Asked &job, JobOutcome &outcome, pid_t worker)>;
    // Grows when records may have been missed.
    using Gaps = std::function<std::uint64_t()>;
    // A job has been created.
    using Begun = std::function<void(const JobOrigin &origin, const char *verb,
                                     const std::vector<std::string> &targets)>;

    // Time between two signals about progress: enough for people to watch, and a hundred modules a
    // second do not cause a thousand signals.
    static constexpr std::uint64_t tell_us = 100'000;

    // Limits of jobs: of one connection, of one account, and of all users except root, who always
    // has some room in the queue.
    static constexpr std::size_t caller_max = 32;
    static constexpr std::size_t account_max = 96;
    static constexpr std::size_t others_max = 192;

    JobTable(sd_bus *bus, ModuleJobs &jobs, Polkit &polkit, Callers &callers)
        : bus_(bus), jobs_(jobs), polkit_(polkit), callers_(callers) {}
    JobTable(const JobTable &) = delete;
    JobTable &operator=(const JobTable &) = delete;

    // 0 or -errno.
    int attach(Explain explain, Gaps gaps);
    // For ManagedObjects.
    int append_all(sd_bus_message *reply);
    void on_begun(Begun begun) { begun_ = std::move(begun); }

    // The job's number. A request for the same thing joins the existing job. Failed: too many.
    Result<std::uint32_t> start(JobRequest request, std::uint64_t timeout_us, const Caller &caller,
                                Waiter waiter);

    // The job that a worker carries out, or carried out until it took too long.
    std::optional<JobOrigin> origin_of(pid_t worker) const;

    static std::string path(std::uint32_t id);

  private:
    struct Job {
        std::uint32_t id = 0;
        JobRequest request;
        Caller caller;
        std::set<std::string> askers; // unique names: the caller, and who joined
        bool is_for_root = true;      // none of them is another user
        ModuleJobs::Handle handle = 0;
        std::vector<Waiter> waiters;
        bool is_running = false;
        bool is_canceling = false;
        std::uint32_t planned = 0;
        std::uint32_t ended = 0;
        std::set<ModuleName> in_kernel;
        bool is_told = true;          // has what is above been?
        std::uint64_t started_ns = 0; // since the epoch
        std::uint64_t gaps = 0;
    };
    struct Overdue {
        ModuleJobs::Handle handle;
        JobOrigin origin;
    };

    std::uint32_t next_id();
    Job *find(const char *path);
    Result<Job *> begin(JobRequest request, std::uint64_t timeout_us, const Caller &caller);
    Result<void> check_room(const Caller &caller) const;
    void tell_begun(const Job &job);
    void progress(std::uint32_t id, const JobProgress &progress);
    void tell_soon();
    void end(std::uint32_t id, JobOutcome outcome, pid_t worker);
    void tell_end(const Job &job, const Explained &end, const char *result);
    void cancel(const std::shared_ptr<sd_bus_message> &call, std::uint32_t id);

    static int on_time(sd_event_source *source, std::uint64_t now, void *userdata);
    static int on_find(sd_bus *bus, const char *path, const char *interface, void *userdata,
                       void **found, sd_bus_error *error);
    static int on_enumerate(sd_bus *bus, const char *prefix, void *userdata, char ***nodes,
                            sd_bus_error *error);
    static int on_cancel(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int on_get_caller(sd_bus_message *call, void *userdata, sd_bus_error *error);
    static int get_property(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *userdata,
                            sd_bus_error *error);

    static const sd_bus_vtable vtable[];

    sd_bus *bus_;
    ModuleJobs &jobs_;
    Polkit &polkit_;
    Callers &callers_;
    Explain explain_;
    Gaps gaps_;
    Begun begun_;
    std::uint32_t last_id_ = 0;
    std::map<std::uint32_t, Job> open_;
    std::deque<Overdue> overdue_; // the last ones that took too long: their workers may still act
    Slot vtable_slot_;
    Slot enumerator_slot_;
    EventSource timer_;
};

// "load", "unload", "reload"
const char *verb_of(const JobRequest &request);
// The names in the request.
std::vector<std::string> targets_of(const JobRequest &request);

} // namespace mk::bus
