// SPDX-License-Identifier: GPL-2.0-only
// Texts of others in a line of ours: a name that a process has chosen, a path that a caller has
// given. Nothing in one can break the line, look like other words of it or turn what stands beside
// it around.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// In quotes: a quote or backslash has a backslash before it, what is no printable ASCII is \xNN.
std::string in_quotes(std::string_view text);

// As it is when it has nothing but printable ASCII without blanks, quotes and backslashes, else
// in_quotes().
std::string as_word(std::string_view text);

// One after the other, as many as are about @bytes_max long, and how many more there are:
// "a b and 1022 more". The first is always there, cut when it is longer.
std::string as_words(const std::vector<std::string> &texts, std::size_t bytes_max);

} // namespace mk
