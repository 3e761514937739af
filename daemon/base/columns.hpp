// SPDX-License-Identifier: GPL-2.0-only
// How wide a text is on a terminal: some characters take two columns, some none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// In columns; without escape sequences in it.
std::size_t columns_of(std::string_view text);

enum class Align { Left, Right };

// With blanks up to that width; what is wider stays as it is.
std::string padded(std::string_view text, std::size_t width, Align align = Align::Left);

// As much of its beginning as fits into that width, with "..." where something was left out.
std::string cut(std::string_view text, std::size_t width);

// In lines of that width, broken behind a blank or a comma, and elsewhere only where a word is
// wider. At least one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

} // namespace mk
