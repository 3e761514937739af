// SPDX-License-Identifier: GPL-2.0-only
// What becomes of a line of modprobe.d: does it count, and if not, why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

enum class LineEffect : std::uint8_t {
    Counts,
    Overridden, // another line counts in its place, or in that of a part of it
    Skipped,    // modprobe does not understand it
    Useless,    // it is understood, and nothing heeds it
    Refused,    // the kernel would refuse the module for what it sets
};

// "counts", "overridden", ...
std::string_view effect_name(LineEffect effect);

struct LineVerdict {
    LineEffect effect = LineEffect::Counts;
    std::string why;   // a clause; "" when all of it counts
    std::string where; // the line that counts in its place, as Origin::text() has it, or ""
};

// @catalog: the modules that there are; without it what depends on them is not looked at.
LineVerdict judge_line(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                       Catalog *catalog);

} // namespace mk
