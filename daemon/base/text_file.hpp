// SPDX-License-Identifier: GPL-2.0-only
// Readers of the small text files of /proc, /sys and /etc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

// The whole file, or nothing if it cannot be read or is longer than @limit bytes; errno tells
// which.
std::optional<std::string> read_text(const std::string &path, std::size_t limit = 1 << 20);

// The first line, for files of /proc and /sys that hold one value. Nothing if it cannot be read,
// unlike "".
std::optional<std::string> read_value(const std::string &path);
// For callers that draw no conclusion from "".
std::string read_line(const std::string &path);

// Splits at any of @separators; empty pieces are dropped. Views into @text.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);

// The pieces, separated by ", ".
std::string join(const std::vector<std::string> &pieces, std::string_view separator = ", ");

} // namespace mk
