// SPDX-License-Identifier: GPL-2.0-only
#include "system/mounts.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>

#include "base/text_file.hpp"

namespace mk {

namespace {

bool is_octal(char digit) {
    return digit >= '0' && digit <= '7';
}

// As the kernel writes blanks and backslashes: \040.
std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_escape = text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) &&
                               is_octal(text[i + 2]) && is_octal(text[i + 3]);
        if (!is_escape) {
            result += text[i];
            continue;
        }
        result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                    (text[i + 3] - '0'));
        i += 3;
    }
    return result;
}

// Of "shared:97" and "master:1"
std::vector<unsigned> peer_groups(std::span<const std::string_view> fields) {
    std::vector<unsigned> groups;
    for (const auto field : fields) {
        const auto number = field.substr(std::min(field.find(':') + 1, field.size()));
        unsigned group = 0;
        std::from_chars(number.data(), number.data() + number.size(), group);
        if (field.starts_with("shared:") || field.starts_with("master:"))
            groups.push_back(group);
    }
    return groups;
}

} // namespace

std::vector<Mount> read_mounts(const std::string &file) {
    // "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw"
    constexpr std::size_t device = 2;
    constexpr std::size_t top = 3;
    constexpr std::size_t point = 4;
    std::vector<Mount> mounts;
    const auto text = read_text(file, 16U << 20);
    if (!text)
        return mounts;
    for (const auto line : split(*text, "\n")) {
        const auto words = split(line, " ");
        // after any number of optional fields
        const auto dash = std::find(words.begin(), words.end(), "-");
        if (words.size() <= point || words.end() - dash < 3)
            continue;
        mounts.push_back({std::string(words[device]), unescaped(words[point]), std::string(dash[1]),
                          unescaped(dash[2]), peer_groups({words.begin() + point + 1, dash}),
                          words.end() - dash > 3 ? unescaped(dash[3]) : std::string(),
                          unescaped(words[top])});
    }
    return mounts;
}

} // namespace mk
