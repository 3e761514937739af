// SPDX-License-Identifier: GPL-2.0-only
// Who reads what is printed: a person at a terminal, or a program.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace mk {

bool is_terminal(FILE *stream);

// One that obeys escape sequences: not TERM=dumb, nor a console that has no TERM.
bool can_redraw(FILE *stream);

struct TerminalSize {
    unsigned rows = 0;
    unsigned columns = 0;
};
// Of the terminal behind stdout; 0 where there is none or it does not say.
TerminalSize terminal_size();

enum class Colour { Plain, Bold, Faint, Red, Green, Yellow };

// The text in that colour on a terminal; the text alone elsewhere, with NO_COLOR, and on TERM=dumb.
std::string painted(std::string_view text, Colour colour, FILE *stream = stdout);

} // namespace mk
