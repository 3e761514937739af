// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/kernel_number.hpp"

#include <charconv>

namespace mk {

std::optional<KernelNumber> kernel_number(std::string_view text) {
    KernelNumber result;
    result.negative = text.starts_with('-');
    if (result.negative || text.starts_with('+'))
        text.remove_prefix(1);
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
    }
    const auto *const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, result.magnitude, base);
    return read.ec == std::errc{} && read.ptr == end ? std::optional(result) : std::nullopt;
}

} // namespace mk
