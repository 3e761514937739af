// SPDX-License-Identifier: GPL-2.0-only
// Texts from others, made safe to print.
#pragma once

#include <string>
#include <string_view>

namespace mk {

// Whether the locale, which main() has set, has UTF-8: otherwise only ASCII is printed.
bool speaks_utf8();

// The text with \xNN for each byte that is not UTF-8, or belongs to a character that controls a
// terminal or changes how the text around it is read: others choose the names of processes and
// parameters of modules. Without UTF-8 in the locale, also for bytes that are not ASCII.
std::string printable(std::string_view text);

} // namespace mk
