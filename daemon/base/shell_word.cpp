// SPDX-License-Identifier: GPL-2.0-only
#include "base/shell_word.hpp"

#include <string_view>

namespace mk {

std::string shell_word(const std::string &word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_-+=./:,@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string operand_word(const std::string &word) {
    return (word.starts_with('-') ? "-- " : "") + shell_word(word);
}

} // namespace mk
