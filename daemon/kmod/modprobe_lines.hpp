// SPDX-License-Identifier: GPL-2.0-only
// Lines of one file of modprobe.d, as kmod reads them.
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
    Weakdep, // kmod before 33 skips it, but the module may still make the request
    Unknown,
};

// The first word of a line of that kind; "" for unknown ones.
std::string_view kind_word(LineKind kind);
// All keywords.
std::vector<std::string> kind_words();

struct ModprobeLine {
    LineKind kind = LineKind::Unknown;
    // The module or alias, which may be a pattern, in the kernel's spelling. For an unknown line,
    // its first word, and everything after it as its rest.
    std::string name;
    std::string rest; // the text after the name; of an alias, the module
    Origin origin;
    unsigned lines = 1; // of the file, more where a backslash continues it
    // The rest of the line, which kmod ignores: it reads one name from a blacklist line.
    std::string passed_over = {};
};

// From the text of one file, without empty lines and comments. Unknown: a line that kmod ignores
// with a message.
std::vector<ModprobeLine> parse_modprobe_lines(std::string_view text, const Origin &file,
                                               const KmodRules &rules = {});

} // namespace mk
