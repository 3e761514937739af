// SPDX-License-Identifier: GPL-2.0-only
// Parser of "name=value" words with quotes, as the kernel splits its command line and the
// parameters of a module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct Assignment {
    std::string name;
    std::string value; // without the quotes around it
    bool has_value = false;
};

// Spaces separate, except between double quotes.
std::vector<Assignment> split_assignments(std::string_view text);

// The words as written, quotes included, and the meaning of one of them.
std::vector<std::string_view> split_words(std::string_view text);
Assignment assignment_of(std::string_view word);

// The same of one argument of a program: quotes are part of the value.
Assignment argument_of(std::string_view argument);

// The opposite: quoted if the value has a space.
std::string to_text(const Assignment &assignment);
// Each word of @text in that spelling.
std::vector<std::string> assignment_texts(std::string_view text);
// Without quotes, as one argument of a program.
std::string to_argument(const Assignment &assignment);

} // namespace mk
