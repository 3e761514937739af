// SPDX-License-Identifier: GPL-2.0-only
// Whole numbers as the kernel reads them from the text of a parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mk {

// The sign is separate from the magnitude, so that nothing overflows.
struct KernelNumber {
    bool negative = false; // as it is written: -0 is negative
    std::uint64_t magnitude = 0;

    bool operator==(const KernelNumber &other) const {
        return magnitude == other.magnitude && (negative == other.negative || magnitude == 0);
    }
};

// As kstrto*() with base 0: a sign, then 0x and hex, 0 and octal, or decimal. Nothing: it is no
// number, or one of more than 64 bits.
std::optional<KernelNumber> kernel_number(std::string_view text);

} // namespace mk
