// SPDX-License-Identifier: GPL-2.0-only
// Who reads what is printed: a person at a terminal, or a program.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace mk::cli {

bool is_terminal(FILE *stream);

// One that obeys escape sequences: not TERM=dumb, nor a console that has no TERM.
bool can_redraw(FILE *stream);

// Of the locale, which main() has set: elsewhere nothing but ASCII is printed.
bool speaks_utf8();

struct TerminalSize {
    unsigned rows = 0;
    unsigned columns = 0;
};
// Of the terminal behind stdout; 0 where there is none or it does not say.
TerminalSize terminal_size();

enum class Colour { Plain, Bold, Faint, Red, Green, Yellow };

// The text in that colour on a terminal; the text alone elsewhere, with NO_COLOR, and on TERM=dumb.
std::string painted(std::string_view text, Colour colour, FILE *stream = stdout);

// The text with \xNN for each byte that is not UTF-8 or belongs to a character that a terminal
// obeys or that changes how those around it are read: names of processes and parameters of modules
// are chosen by others. Where the locale has no UTF-8, what is not ASCII as well.
std::string printable(std::string_view text);

} // namespace mk::cli
