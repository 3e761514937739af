// SPDX-License-Identifier: GPL-2.0-only
// A word of a command for people to type.
#pragma once

#include <string>

namespace mk {

// Unchanged if no shell takes any of it for more than text, otherwise in single quotes.
std::string shell_word(const std::string &word);

// The same, for a command that would take a word that begins with "-" for an option, and ends its
// options with "--".
std::string operand_word(const std::string &word);

} // namespace mk
