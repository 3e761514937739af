// SPDX-License-Identifier: GPL-2.0-only
// Which file keeps a module from being loaded: libkmod says that one does, not which.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk::engine {

// "/etc/modprobe.d/x.conf", "modprobe.blacklist= on the kernel command line" or "". @config_dirs
// empty: the system's. Of files with the same name only the first counts, as for modprobe.
std::string find_blacklist_line(std::string_view name, const std::vector<std::string> &config_dirs,
                                const std::string &cmdline_file = "/proc/cmdline");

} // namespace mk::engine
