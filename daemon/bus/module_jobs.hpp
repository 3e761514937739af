// SPDX-License-Identifier: GPL-2.0-only
// Interface to the runner of jobs that must not block the event loop.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/caller.hpp"
#include "base/module_name.hpp"
#include "explain/job_outcome.hpp"
#include "job/job_request.hpp"

namespace mk::bus {

// Progress of a job.
struct JobProgress {
    enum class Kind : std::uint8_t {
        Running, // it no longer waits for other jobs
        Planned, // it has @modules modules
        Started, // the kernel has started with @module
        Ended,   // the kernel has finished with @module
    };
    Kind kind = Kind::Running;
    std::uint32_t modules = 0;
    ModuleName module;
};

class ModuleJobs {
  public:
    using Handle = std::uint64_t; // never 0

    // Called from the event loop, never from within start().
    struct Observer {
        std::function<void(const JobProgress &)> progress;
        // Once, as the last call. @worker: the process that did it, as in the driver's records; 0:
        // none was started.
        std::function<void(JobOutcome outcome, pid_t worker)> done;
    };

    virtual ~ModuleJobs() = default;

    // @timeout_us: how long the kernel may take for each module. A module that takes longer ends
    // the job, because nothing can end the module's init; it stays busy for other jobs until its
    // init returns.
    virtual Handle start(JobRequest request, const JobCaller &client, std::uint64_t timeout_us,
                         Observer observer) = 0;
    // Stops before the next module. The observer is called as usual.
    virtual void cancel(Handle job) = 0;
    // The job of a process, even one that took too long and whose observer was called; 0: none.
    virtual Handle job_of(pid_t process) const = 0;
    // Until the job's observer has been called with its end.
    virtual bool is_worker(pid_t process) const = 0;
};

} // namespace mk::bus
