// SPDX-License-Identifier: GPL-2.0-only
// Quoting of texts from others, such as the name of a process or a path from a caller, inside a
// line of ours. Such a text cannot break the line, look like other words of it, or change the
// direction of the text beside it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// In quotes: quotes and backslashes are escaped by a backslash, bytes that are not printable ASCII
// are \xNN.
std::string in_quotes(std::string_view text);

// Unchanged if it has only printable ASCII without blanks, quotes and backslashes, otherwise
// in_quotes().
std::string as_word(std::string_view text);

// The texts one after the other, up to about @bytes_max bytes, and the number of further ones: "a b
// and 1022 more". The first is always included, cut if it is longer.
std::string as_words(const std::vector<std::string> &texts, std::size_t bytes_max);

} // namespace mk
