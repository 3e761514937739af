// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_license.hpp"

namespace mk {

namespace {

struct License {
    std::string_view text;
    bool gpl_compatible;
    std::string_view meaning;
};

// license_is_gpl_compatible() in the kernel's include/linux/license.h
constexpr License licenses[] = {
    {"GPL", true, "the GPL, version 2 or as its sources say"},
    {"GPL v2", true, "the GPL, the same to the kernel as \"GPL\""},
    {"GPL and additional rights", true, "the GPL version 2, and more rights"},
    {"Dual BSD/GPL", true, "the GPL version 2 or a BSD licence, at your choice"},
    {"Dual MIT/GPL", true, "the GPL version 2 or the MIT licence, at your choice"},
    {"Dual MPL/GPL", true, "the GPL version 2 or the Mozilla licence, at your choice"},
    {"Proprietary", false, "not free: it may not use GPL-only symbols and taints the kernel"},
    {"", false, "none declared: it may not use GPL-only symbols and taints the kernel"},
};
constexpr std::string_view other_meaning =
    "unknown to the kernel: it may not use GPL-only symbols and taints the kernel";

} // namespace

bool is_gpl_compatible(std::string_view license) {
    for (const auto &known : licenses)
        if (known.text == license)
            return known.gpl_compatible;
    return false;
}

std::string_view license_meaning(std::string_view license) {
    for (const auto &known : licenses)
        if (known.text == license)
            return known.meaning;
    return other_meaning;
}

} // namespace mk
