// SPDX-License-Identifier: GPL-2.0-only
// Comparison of two values of a parameter. The written text and the one that the kernel shows are
// rarely the same: 1 and Y, 0x10 and 16, turbo and "eco normal [turbo]".
#pragma once

#include <cstdint>
#include <string_view>

namespace mk {

enum class Sameness : std::uint8_t {
    Same,
    Different,
    // The module has words of its own, such as "force" for a flag, and shows its own form of them.
    Unknown,
};

// @type as the module declares it, which determines how a value is shown rather than everything
// that may be written; "": not known.
Sameness compare_values(std::string_view type, std::string_view written, std::string_view shown);

} // namespace mk
