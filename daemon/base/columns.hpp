// SPDX-License-Identifier: GPL-2.0-only
// Width of a text on a terminal: some characters take two columns, some none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// In columns; the text must not have escape sequences.
std::size_t columns_of(std::string_view text);

enum class Align { Left, Right };

// Padded with blanks to that width; a wider text is not changed.
std::string padded(std::string_view text, std::size_t width, Align align = Align::Left);

// The beginning that fits into that width, with "..." if something was cut off.
std::string cut(std::string_view text, std::size_t width);

// Lines of that width, broken after a blank or a comma, and elsewhere only if a word is wider. At
// least one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

} // namespace mk
