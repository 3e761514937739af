// SPDX-License-Identifier: GPL-2.0-only
// Lines of modprobe.d with their effects, as text and JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/output/json.hpp"
#include "kmod/line_effect.hpp"

namespace mk::cli {

struct ShownLine {
    ModprobeLine line;
    LineVerdict verdict;
};

struct ShownConfiguration {
    std::vector<ShownLine> lines; // in the order of precedence
    std::vector<HiddenFile> hidden;
    std::vector<UnreadFile> unread;
};

// A line in the form of modprobe.d.
std::string text_of(const ModprobeLine &line);
std::string text_of(const ShownConfiguration &shown);
Json json_of(const ShownConfiguration &shown);

} // namespace mk::cli
