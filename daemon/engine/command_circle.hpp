// SPDX-License-Identifier: GPL-2.0-only
// A command of modprobe.d that asks for the module whose command it is: each modprobe that it runs
// runs the command again.
#pragma once

#include <string>
#include <sys/types.h>

namespace mk::engine {

// Does what runs in the process group @group ask for @module over and over, or from the daemon,
// whose job waits for this very command?
bool calls_itself(pid_t group, const std::string &module);

} // namespace mk::engine
