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

// Rows of the terminal behind stdout; 0 when there is none.
unsigned terminal_rows();

enum class Colour { Plain, Bold, Faint, Red, Green, Yellow };

// The text in that colour on a terminal; the text alone elsewhere, with NO_COLOR, and on TERM=dumb.
std::string painted(std::string_view text, Colour colour, FILE *stream = stdout);

// The text with control characters and broken bytes as \xNN: names of processes and parameters of
// modules are chosen by others, and a terminal would obey them.
std::string printable(std::string_view text);

} // namespace mk::cli
