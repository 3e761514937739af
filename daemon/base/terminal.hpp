// SPDX-License-Identifier: GPL-2.0-only
// Kind of output: a terminal with a person, or a program.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace mk {

bool is_terminal(FILE *stream);

// Whether it obeys escape sequences: not with TERM=dumb, nor on a console without TERM.
bool can_redraw(FILE *stream);

struct TerminalSize {
    unsigned rows = 0;
    unsigned columns = 0;
};
// Size of the terminal of stdout; 0 if there is none or it is not known.
TerminalSize terminal_size();

enum class Colour { Plain, Bold, Faint, Red, Green, Yellow };

// The text in that colour on a terminal; the text alone elsewhere, with NO_COLOR, and on TERM=dumb.
std::string painted(std::string_view text, Colour colour, FILE *stream = stdout);

} // namespace mk
