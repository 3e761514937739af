// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.hpp"

#include <algorithm>
#include <cstring>
#include <langinfo.h>

#include "base/utf8.hpp"

namespace mk {
namespace {

// Number of bytes at the start of @text that are safe for a terminal, 0: none.
std::size_t harmless_length(std::string_view text, bool utf8) {
    const Character character = first_character(text);
    constexpr char32_t last_of_ascii = 0x7f;
    if (is_invisible(character.code) || (!utf8 && character.code > last_of_ascii))
        return 0;
    return character.length;
}

} // namespace

bool speaks_utf8() {
    return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

std::string printable(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    const bool utf8 = speaks_utf8();
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = harmless_length(text, utf8);
        if (length != 0) {
            result.append(text.substr(0, length));
            text.remove_prefix(length);
            continue;
        }
        // the whole character, so that the rest of it is not taken for another one
        const std::size_t bytes = std::max<std::size_t>(first_character(text).length, 1);
        for (const char c : text.substr(0, bytes)) {
            const auto byte = static_cast<unsigned char>(c);
            result.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
        }
        text.remove_prefix(bytes);
    }
    return result;
}

} // namespace mk
