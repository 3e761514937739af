// SPDX-License-Identifier: GPL-2.0-only
// Check for valid UTF-8, and for characters that only affect those around them. Modules and
// processes can have any name.
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

// Control characters, and characters without a shape of their own: they change the direction of the
// text around them, begin lines or are invisible, so that a line reads differently from its
// contents.
bool is_invisible(char32_t code);

// In printable ASCII: every other byte as \xNN.
std::string to_ascii(std::string_view text);

} // namespace mk
