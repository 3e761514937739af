// SPDX-License-Identifier: GPL-2.0-only
// The lines of one file of modprobe.d, as kmod reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/configuration/origin.hpp"

namespace mk::engine {

enum class LineKind : std::uint8_t {
    Alias,
    Blacklist,
    Install,
    Options,
    Remove,
    Softdep,
    Weakdep, // known to kmod 33 and later
    Unknown,
};

struct ModprobeLine {
    LineKind kind = LineKind::Unknown;
    std::string name; // of the module, in the kernel's spelling; of an alias as it is written
    std::string rest; // what stands behind the name
    Origin origin;
    unsigned lines = 1; // of the file, more where a backslash continues it
};

// Empty lines and comments are left out. Unknown: a line that kmod ignores with a complaint.
std::vector<ModprobeLine> parse_modprobe_lines(std::string_view text, const std::string &file);

} // namespace mk::engine
