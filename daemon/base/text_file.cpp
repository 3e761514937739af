// SPDX-License-Identifier: GPL-2.0-only
#include "base/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mk {

std::optional<std::string> read_text(const std::string &path, std::size_t limit) {
    // NONBLOCK: a file that a module provides may be a pipe that nobody writes to.
    int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return std::nullopt;
    std::optional<std::string> text(std::in_place);
    std::array<char, 4096> chunk;
    int error = 0;
    for (;;) {
        ssize_t got = read(fd, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || text->size() + static_cast<std::size_t>(got) > limit) {
            error = got < 0 ? errno : EFBIG;
            text.reset();
        }
        if (got <= 0 || !text)
            break;
        text->append(chunk.data(), static_cast<std::size_t>(got));
    }
    close(fd);
    errno = error;
    return text;
}

std::optional<std::string> read_value(const std::string &path) {
    constexpr std::size_t page_max = 64U << 10;
    auto text = read_text(path, page_max);
    while (text && text->ends_with('\n'))
        text->pop_back();
    return text;
}

std::string read_line(const std::string &path) {
    return read_value(path).value_or("");
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> pieces;
    while (true) {
        auto begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos)
            return pieces;
        auto end = text.find_first_of(separators, begin);
        pieces.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    }
}

std::string join(const std::vector<std::string> &pieces, std::string_view separator) {
    std::string result;
    for (const auto &piece : pieces) {
        if (!result.empty())
            result += separator;
        result += piece;
    }
    return result;
}

} // namespace mk
