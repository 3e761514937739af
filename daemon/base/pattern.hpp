// SPDX-License-Identifier: GPL-2.0-only
// Shell patterns, as libkmod and searches use them.
#pragma once

#include <fnmatch.h>

#include <string>
#include <string_view>

namespace mk {

// Whether it has a special character of patterns.
inline bool is_pattern(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

// A literal comparison; names of modules must both have the same spelling.
inline bool fits(const std::string &pattern, const std::string &name) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

} // namespace mk
