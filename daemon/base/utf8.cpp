// SPDX-License-Identifier: GPL-2.0-only
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mk {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Unicode's categories Cc, Cf, Zl and Zp.
constexpr std::array invisible = {
    Range{0x0, 0x1f},        Range{0x7f, 0x9f},       Range{0xad, 0xad},
    Range{0x600, 0x605},     Range{0x61c, 0x61c},     Range{0x6dd, 0x6dd},
    Range{0x70f, 0x70f},     Range{0x890, 0x891},     Range{0x8e2, 0x8e2},
    Range{0x180e, 0x180e},   Range{0x200b, 0x200f},   Range{0x2028, 0x202e},
    Range{0x2060, 0x206f},   Range{0xfeff, 0xfeff},   Range{0xfff9, 0xfffb},
    Range{0x110bd, 0x110bd}, Range{0x110cd, 0x110cd}, Range{0x13430, 0x1343f},
    Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a}, Range{0xe0001, 0xe0001},
    Range{0xe0020, 0xe007f}};

// The first byte of a sequence, and the smallest code that needs one of this length.
struct Lead {
    std::uint8_t mask;
    std::uint8_t bits;
    std::size_t length;
    char32_t least;
};
constexpr std::array leads = {Lead{0x80, 0x00, 1, 0}, Lead{0xe0, 0xc0, 2, 0x80},
                              Lead{0xf0, 0xe0, 3, 0x800}, Lead{0xf8, 0xf0, 4, 0x10000}};

bool is_surrogate(char32_t code) {
    return code >= 0xd800 && code <= 0xdfff;
}

} // namespace

Character first_character(std::string_view text) {
    constexpr char32_t last = 0x10ffff;
    if (text.empty())
        return {};
    const auto first = static_cast<std::uint8_t>(text.front());
    for (const Lead &lead : leads) {
        if ((first & lead.mask) != lead.bits)
            continue;
        if (text.size() < lead.length)
            return {};
        char32_t code = first & static_cast<std::uint8_t>(~lead.mask);
        for (std::size_t i = 1; i < lead.length; ++i) {
            const auto next = static_cast<std::uint8_t>(text[i]);
            if ((next & 0xc0) != 0x80)
                return {};
            code = code << 6 | (next & 0x3f);
        }
        if (code < lead.least || code > last || is_surrogate(code))
            return {};
        return {code, lead.length};
    }
    return {};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_character(text).length;
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_invisible(char32_t code) {
    return std::any_of(invisible.begin(), invisible.end(), [&](const Range &range) {
        return code >= range.first && code <= range.last;
    });
}

std::string to_ascii(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        if (byte >= 0x20 && byte < 0x7f)
            result += byte;
        else
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
    return result;
}

} // namespace mk
