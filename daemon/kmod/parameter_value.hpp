// SPDX-License-Identifier: GPL-2.0-only
// Do two texts mean the same value of a parameter? What is written and what the kernel shows of it
// are rarely the same text: 1 and Y, 0x10 and 16, turbo and "eco normal [turbo]".
#pragma once

#include <cstdint>
#include <string_view>

namespace mk {

enum class Sameness : std::uint8_t {
    Same,
    Different,
    // The module has words of its own, such as "force" for a flag, and shows what it made of them.
    Unknown,
};

// @type as the module declares it, which says how a value is shown rather than all that may be
// written; "": not known.
Sameness compare_values(std::string_view type, std::string_view written, std::string_view shown);

} // namespace mk
