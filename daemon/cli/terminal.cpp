// SPDX-License-Identifier: GPL-2.0-only
#include "cli/terminal.hpp"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

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

// Length of the UTF-8 sequence at the start of text, 0 when it is none or a control character.
std::size_t character_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f ? 1 : 0;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || first > 0xf4 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
            return 0;
    // U+0080 to U+009F are control characters too
    if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0)
        return 0;
    return length;
}

} // namespace

bool is_terminal(FILE *stream) {
    return isatty(fileno(stream)) == 1;
}

bool can_redraw(FILE *stream) {
    const char *term = std::getenv("TERM");
    return is_terminal(stream) && term != nullptr && std::string_view(term) != "dumb";
}

unsigned terminal_rows() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

std::string painted(std::string_view text, Colour colour, FILE *stream) {
    if (colour == Colour::Plain || text.empty() || !colour_on(stream))
        return std::string(text);
    return std::string(escape_of(colour)).append(text).append("\033[0m");
}

std::string printable(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0) {
            const auto byte = static_cast<unsigned char>(text.front());
            result.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
            text.remove_prefix(1);
        } else {
            result.append(text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return result;
}

} // namespace mk::cli
