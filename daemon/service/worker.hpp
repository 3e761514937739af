// SPDX-License-Identifier: GPL-2.0-only
// One job in a process of its own. A module's init may sleep for ever in the kernel, and nothing
// can end such a task: so it must not be one of the daemon's threads, which would keep the daemon
// from ending, and its name on the bus from being free.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "service/event_handles.hpp"

namespace mk::service {

struct Worker {
    pid_t process = 0;
    Descriptor output; // what @work returned, then the end of the file
};

// Runs @work in a child that has nothing of the daemon's open. The daemon must have no other
// thread. On failure .process is -errno.
Worker start_worker(const std::function<std::string()> &work);

// How a worker that has closed its output ended: "" when it ended well, else "signal 11" or such.
std::string end_of_worker(pid_t process);

} // namespace mk::service
