// SPDX-License-Identifier: GPL-2.0-only
// How to end a process, as a command to type.
#pragma once

#include <cstdint>
#include <string>

namespace mk {

// "systemctl stop UNIT" for the main process of a service, else "kill PID", or "kill -KILL PID" for
// one that would not hear of it. "": it is gone, or a thread of the kernel.
std::string end_of_process(const std::string &root, std::uint32_t pid);

} // namespace mk
