// SPDX-License-Identifier: GPL-2.0-only
#include "cli/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/utf8.hpp"

namespace mk::cli {
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

// Bytes at the start of @text that a terminal may have as they are, 0: none.
std::size_t harmless_length(std::string_view text, bool utf8) {
    const engine::Character character = engine::first_character(text);
    constexpr char32_t last_of_ascii = 0x7f;
    if (engine::is_invisible(character.code) || (!utf8 && character.code > last_of_ascii))
        return 0;
    return character.length;
}

} // namespace

bool is_terminal(FILE *stream) {
    return isatty(fileno(stream)) == 1;
}

bool can_redraw(FILE *stream) {
    const char *term = std::getenv("TERM");
    return is_terminal(stream) && term != nullptr && std::string_view(term) != "dumb";
}

bool speaks_utf8() {
    return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
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

std::string printable(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    const bool utf8 = speaks_utf8();
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = harmless_length(text, utf8);
        if (length != 0) {
            result.append(text.substr(0, length));
            text.remove_prefix(length);
            continue;
        }
        // the whole of a character, so that no rest of it is taken for another one
        const std::size_t bytes = std::max<std::size_t>(engine::first_character(text).length, 1);
        for (const char c : text.substr(0, bytes)) {
            const auto byte = static_cast<unsigned char>(c);
            result.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
        }
        text.remove_prefix(bytes);
    }
    return result;
}

} // namespace mk::cli
