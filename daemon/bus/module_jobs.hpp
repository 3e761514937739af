// SPDX-License-Identifier: GPL-2.0-only
// The port to whatever carries out jobs without holding up the event loop.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "explain/job_outcome.hpp"
#include "job/job_request.hpp"

namespace mk::bus {

// How far a job is.
struct JobProgress {
    enum class Kind : std::uint8_t {
        Running, // it does not wait for other jobs any more
        Planned, // it is about @modules modules
        Started, // @module was given to the kernel
        Ended,   // the kernel has answered for @module
    };
    Kind kind = Kind::Running;
    std::uint32_t modules = 0;
    std::string module;
};

class ModuleJobs {
  public:
    using Handle = std::uint64_t; // never 0

    // Called from the event loop, never from within start().
    struct Observer {
        std::function<void(const JobProgress &)> progress;
        // Once, the last call. @worker: the process that did it, as the driver's records name it;
        // 0: none was started.
        std::function<void(JobOutcome outcome, pid_t worker)> done;
    };

    virtual ~ModuleJobs() = default;

    // @timeout_us: how long the kernel may take for each module. A module that takes longer ends
    // the job, as nothing ends the module's init; it stays busy for other jobs until it returns.
    virtual Handle start(JobRequest request, std::uint64_t timeout_us, Observer observer) = 0;
    // Stops before the next module. The observer is told as always.
    virtual void cancel(Handle job) = 0;
    // The job that a process carries out, also one that took too long and whose observer was told;
    // 0: none.
    virtual Handle job_of(pid_t process) const = 0;
    // Until the job's observer was told that it is done.
    virtual bool is_worker(pid_t process) const = 0;
};

} // namespace mk::bus
