// SPDX-License-Identifier: GPL-2.0-only
// What kmod takes from the kernel's command line: options of modules, and its blacklist. The kernel
// itself splits the line otherwise (assignments.hpp).
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
    // Letter by letter as they stand there: a name with a dash is no module's.
    std::vector<std::string> blacklist;
};

KmodCommandLine parse_kmod_command_line(std::string_view line);

// The whole line, without its end; "" where there is none. Failed when it cannot be read.
Result<std::string> read_command_line(const std::string &file);

} // namespace mk
