// SPDX-License-Identifier: GPL-2.0-only
// Reading the small text files of /proc, /sys and /etc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// The whole file, nothing when it cannot be read or is longer than @limit bytes; errno says which.
std::optional<std::string> read_text(const std::string &path, std::size_t limit = 1 << 20);

// The same without the line end, for files of /proc and /sys that hold one thing. Nothing when it
// cannot be read, which is not the same as "".
std::optional<std::string> read_value(const std::string &path);
// For whoever draws no conclusion from "".
std::string read_line(const std::string &path);

// Splits at any of @separators; empty pieces are dropped. Views into @text.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);

// The pieces with ", " between them.
std::string join(const std::vector<std::string> &pieces, std::string_view separator = ", ");

} // namespace mk
