// SPDX-License-Identifier: GPL-2.0-only
// Texts that others chose, made safe to print.
#pragma once

#include <string>
#include <string_view>

namespace mk {

// Of the locale, which main() has set: elsewhere nothing but ASCII is printed.
bool speaks_utf8();

// The text with \xNN for each byte that is not UTF-8 or belongs to a character that a terminal
// obeys or that changes how those around it are read: names of processes and parameters of modules
// are chosen by others. Where the locale has no UTF-8, what is not ASCII as well.
std::string printable(std::string_view text);

} // namespace mk
