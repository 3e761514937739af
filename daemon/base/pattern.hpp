// SPDX-License-Identifier: GPL-2.0-only
// Patterns of the shell, as libkmod and searches take them.
#pragma once

#include <fnmatch.h>

#include <string>
#include <string_view>

namespace mk {

// Has it one of the signs of a pattern?
inline bool is_pattern(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

// Letter by letter; for names of modules both have to be in the same spelling.
inline bool fits(const std::string &pattern, const std::string &name) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

} // namespace mk
