// SPDX-License-Identifier: GPL-2.0-only
// Caller of a job over D-Bus. Only its user is reliable: a process chooses its own comm.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace mk {

struct JobCaller {
    std::string name; // unique on the bus
    uid_t uid = 0;
    std::optional<uid_t> login_uid; // of the login session, if audit knows it
    pid_t pid = 0;
    std::string comm;
    std::string cgroup; // path of its control group from the root; "": not known
    // In a user or PID namespace of its own. Nothing: this was not seen, nor whether it has logged
    // in.
    std::optional<bool> is_in_container = {};

    bool operator==(const JobCaller &) const = default;
};

// The job for which something was done.
struct JobOrigin {
    std::uint32_t job = 0;
    JobCaller caller;
};

} // namespace mk
