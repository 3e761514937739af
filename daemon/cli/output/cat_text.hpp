// SPDX-License-Identifier: GPL-2.0-only
// The lines of modprobe.d with what becomes of each, in text and in JSON.
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
    std::vector<ShownLine> lines; // in the order in which they count
    std::vector<HiddenFile> hidden;
    std::vector<UnreadFile> unread;
};

// A line as modprobe.d has it.
std::string text_of(const ModprobeLine &line);
std::string text_of(const ShownConfiguration &shown);
Json json_of(const ShownConfiguration &shown);

} // namespace mk::cli
