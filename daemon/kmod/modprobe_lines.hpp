// SPDX-License-Identifier: GPL-2.0-only
// The lines of one file of modprobe.d, as kmod reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kmod/kmod_rules.hpp"
#include "kmod/origin.hpp"

namespace mk {

enum class LineKind : std::uint8_t {
    Alias,
    Blacklist,
    Install,
    Options,
    Remove,
    Softdep,
    Weakdep, // kmod skips it until 33, but the module may ask all the same
    Unknown,
};

// What a line of that kind begins with; "" of those that are unknown.
std::string_view kind_word(LineKind kind);
// All of these words.
std::vector<std::string> kind_words();

struct ModprobeLine {
    LineKind kind = LineKind::Unknown;
    // The module or alias, which may be a pattern, in the kernel's spelling. Of an unknown line its
    // first word, with all that follows as its rest.
    std::string name;
    std::string rest; // what stands behind the name; of an alias the module
    Origin origin;
    unsigned lines = 1; // of the file, more where a backslash continues it
    // Behind all that, and not looked at by kmod: it reads one name from a blacklist line.
    std::string passed_over = {};
};

// Of the text of one file. Empty lines and comments are left out. Unknown: a line that kmod ignores
// with a complaint.
std::vector<ModprobeLine> parse_modprobe_lines(std::string_view text, const Origin &file,
                                               const KmodRules &rules = {});

} // namespace mk
