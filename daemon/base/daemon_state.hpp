// SPDX-License-Identifier: GPL-2.0-only
// State of the daemon, as reported by the Manager's properties.
#pragma once

#include <string>

namespace mk {

struct DaemonState {
    std::string version;
    std::string kernel_release;
    std::string driver_state; // connected, absent, mismatch
    std::string driver_version;
    std::string driver_message;
    std::string event_source; // driver, uevents
};

} // namespace mk
