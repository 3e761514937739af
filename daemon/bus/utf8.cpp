// SPDX-License-Identifier: GPL-2.0-only
#include "bus/utf8.hpp"

#include <cstdint>
#include <string_view>

namespace mk::bus {

namespace {

// Length of the well-formed sequence that @text begins with, 0: none.
std::size_t sequence_length(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto follows = [&](std::size_t count) {
        if (text.size() <= count)
            return false;
        for (std::size_t i = 1; i <= count; ++i)
            if ((byte(i) & 0xc0) != 0x80)
                return false;
        return true;
    };
    auto first = byte(0);
    if (first < 0x80)
        return first == 0 ? 0 : 1;
    if (first >= 0xc2 && first <= 0xdf)
        return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        // No overlong forms, no surrogates.
        if (!follows(2) || (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f))
            return 0;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        // No overlong forms, nothing past U+10FFFF.
        if (!follows(3) || (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
            return 0;
        return 4;
    }
    return 0;
}

bool is_valid(std::string_view text) {
    while (!text.empty()) {
        auto length = sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace

std::string utf8(std::string text) {
    if (is_valid(text))
        return text;
    for (char &c : text)
        if (static_cast<std::uint8_t>(c) >= 0x80 || c == 0)
            c = '?';
    return text;
}

int append_strings(sd_bus_message *message, const std::vector<std::string> &texts) {
    int error = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "s");
    for (const auto &text : texts)
        if (error >= 0)
            error = sd_bus_message_append(message, "s", utf8(text).c_str());
    return error < 0 ? error : sd_bus_message_close_container(message);
}

} // namespace mk::bus
