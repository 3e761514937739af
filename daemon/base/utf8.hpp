// SPDX-License-Identifier: GPL-2.0-only
// What is UTF-8, and which of its characters only do something to those around them. Modules and
// processes name themselves as they like.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mk {

struct Character {
    char32_t code = 0;
    std::size_t length = 0; // in bytes; 0: the text begins with none
};

// The first character of @text. No overlong forms, no surrogates, nothing past U+10FFFF.
Character first_character(std::string_view text);

bool is_utf8(std::string_view text);

// Control characters, and those without a shape of their own: they turn the direction of what
// stands beside them, begin lines or cannot be seen, so that a line reads as something else than
// it says.
bool is_invisible(char32_t code);

// In printable ASCII: every other byte as \xNN.
std::string to_ascii(std::string_view text);

} // namespace mk
