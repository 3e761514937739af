// SPDX-License-Identifier: GPL-2.0-only
// Who says so: the file and line of a piece of configuration, so that it can always be explained.
#pragma once

#include <string>

namespace mk::engine {

struct Origin {
    std::string file;  // "": the kernel's command line
    unsigned line = 0; // the first, from 1

    bool on_command_line() const { return file.empty(); }
    // "/etc/modprobe.d/x.conf:3" or "the kernel command line"
    std::string text() const {
        return file.empty() ? "the kernel command line" : file + ":" + std::to_string(line);
    }
};

} // namespace mk::engine
