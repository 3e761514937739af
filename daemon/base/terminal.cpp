// SPDX-License-Identifier: GPL-2.0-only
#include "base/terminal.hpp"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mk {
namespace {

bool set_and_not_empty(const char *variable) {
    const char *value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool colour_on(FILE *stream) {
    return can_redraw(stream) && !set_and_not_empty("NO_COLOR");
}

std::string_view escape_of(Colour colour) {
    switch (colour) {
    case Colour::Bold:
        return "\033[1m";
    case Colour::Faint:
        return "\033[2m";
    case Colour::Red:
        return "\033[31m";
    case Colour::Green:
        return "\033[32m";
    case Colour::Yellow:
        return "\033[33m";
    case Colour::Plain:
        break;
    }
    return "";
}

} // namespace

bool is_terminal(FILE *stream) {
    return isatty(fileno(stream)) == 1;
}

bool can_redraw(FILE *stream) {
    const char *term = std::getenv("TERM");
    return is_terminal(stream) && term != nullptr && std::string_view(term) != "dumb";
}

TerminalSize terminal_size() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return {};
    return {size.ws_row, size.ws_col};
}

std::string painted(std::string_view text, Colour colour, FILE *stream) {
    if (colour == Colour::Plain || text.empty() || !colour_on(stream))
        return std::string(text);
    return std::string(escape_of(colour)).append(text).append("\033[0m");
}

} // namespace mk
