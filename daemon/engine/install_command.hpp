// SPDX-License-Identifier: GPL-2.0-only
// modprobe.d may put a shell command in the place of a module's load: "install NAME COMMAND".
#pragma once

#include <string>

namespace mk::engine {

// Runs it with /bin/sh, standard output and error going where the caller's go. The exit status,
// 128 + the signal, or 127 when there is no shell.
int run_install_command(const std::string &command);

} // namespace mk::engine
