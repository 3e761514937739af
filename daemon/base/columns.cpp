// SPDX-License-Identifier: GPL-2.0-only
#include "base/columns.hpp"

#include <algorithm>
#include <cwchar>

#include "base/utf8.hpp"

namespace mk {
namespace {

struct Piece {
    std::size_t bytes = 0;
    std::size_t columns = 0;
};

// The first character. An invalid byte counts as one column, and so does a character that the
// locale does not know.
Piece first_piece(std::string_view text) {
    const Character character = first_character(text);
    if (character.length == 0)
        return {1, 1};
    const int width = wcwidth(static_cast<wchar_t>(character.code));
    return {character.length, width < 0 ? 1 : static_cast<std::size_t>(width)};
}

// Bytes at the start of @text that fit into @width.
std::size_t fitting(std::string_view text, std::size_t width) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const Piece piece = first_piece(text.substr(bytes));
        if (piece.columns > width)
            break;
        width -= piece.columns;
        bytes += piece.bytes;
    }
    return bytes;
}

} // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Piece piece = first_piece(text);
        columns += piece.columns;
        text.remove_prefix(piece.bytes);
    }
    return columns;
}

std::string padded(std::string_view text, std::size_t width, Align align) {
    const std::string padding(width - std::min(width, columns_of(text)), ' ');
    return align == Align::Right ? padding + std::string(text) : std::string(text) + padding;
}

std::string cut(std::string_view text, std::size_t width) {
    constexpr std::string_view more = "...";
    if (columns_of(text) <= width)
        return std::string(text);
    if (width <= more.size())
        return std::string(text.substr(0, fitting(text, width)));
    return std::string(text.substr(0, fitting(text, width - more.size()))).append(more);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    while (columns_of(text) > width) {
        // at least one character, or it would never end
        const std::size_t most = std::max(fitting(text, width), first_piece(text).bytes);
        std::size_t end = text.substr(0, most).find_last_of(" ,");
        // a blank right after the line ends it too
        if (text[most] == ' ')
            end = most;
        const std::size_t length = end == std::string_view::npos ? most : std::min(end + 1, most);
        std::string line(text.substr(0, length));
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
        text.remove_prefix(length);
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
    if (!text.empty() || lines.empty())
        lines.emplace_back(text);
    return lines;
}

} // namespace mk
