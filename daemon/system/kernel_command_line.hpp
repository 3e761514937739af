// SPDX-License-Identifier: GPL-2.0-only
// Reader of what kmod takes from the kernel command line: options of modules, and its blacklist.
// The kernel itself splits the line differently (assignments.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

struct ModuleOption {
    std::string module; // in the kernel's spelling
    std::string text;   // name or name=value, with its quotes
};

struct KmodCommandLine {
    std::vector<ModuleOption> options;
    // Literally: a name with a dash is not a module's.
    std::vector<std::string> blacklist;
};

KmodCommandLine parse_kmod_command_line(std::string_view line);

// The whole line, without its end; "" if there is none. Failed if it cannot be read.
Result<std::string> read_command_line(const std::string &file);

} // namespace mk
