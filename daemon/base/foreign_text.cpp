// SPDX-License-Identifier: GPL-2.0-only
#include "base/foreign_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace mk {

namespace {

bool is_plain(char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

std::string as_cut_word(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max)
        return as_word(text);
    return fmt::format("{}... ({} more bytes)", as_word(text.substr(0, bytes_max)),
                       text.size() - bytes_max);
}

} // namespace

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result.append(1, '\\').append(1, c);
        else
            result += to_ascii({&c, 1});
    }
    return result + "\"";
}

std::string as_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_plain) ? std::string(text)
                                                                            : in_quotes(text);
}

std::string as_words(const std::vector<std::string> &texts, std::size_t bytes_max) {
    std::string result;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto word = as_cut_word(texts[i], bytes_max);
        if (i > 0 && result.size() + word.size() > bytes_max)
            return fmt::format("{} and {} more", result, texts.size() - i);
        result += (i > 0 ? " " : "") + word;
    }
    return result;
}

} // namespace mk
