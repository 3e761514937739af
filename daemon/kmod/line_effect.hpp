// SPDX-License-Identifier: GPL-2.0-only
// Effect of a line of modprobe.d: whether it counts, and if not, why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

enum class LineEffect : std::uint8_t {
    Counts,
    Overridden, // another line counts instead of it, or of a part of it
    Skipped,    // modprobe does not understand it
    Useless,    // valid, but without effect
    Refused,    // the kernel would refuse the module because of it
};

// "counts", "overridden", ...
std::string_view effect_name(LineEffect effect);

struct LineVerdict {
    LineEffect effect = LineEffect::Counts;
    std::string why;   // a clause; "" if all of it counts
    std::string where; // the line that counts instead, in the form of Origin::text(), or ""
};

// @catalog: the existing modules; without it, whatever depends on them is not checked.
LineVerdict judge_line(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                       Catalog *catalog);

} // namespace mk
