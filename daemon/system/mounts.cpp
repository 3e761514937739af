// SPDX-License-Identifier: GPL-2.0-only
#include "system/mounts.hpp"

#include <algorithm>

#include "base/text_file.hpp"

namespace mk {

std::vector<std::string> mounts_of(const std::vector<std::string> &types, const std::string &file) {
    constexpr std::size_t place = 4; // of the mount point in a line
    std::vector<std::string> result;
    auto text = read_text(file, 16U << 20);
    if (!text)
        return result;
    for (auto line : split(*text, "\n")) {
        auto words = split(line, " ");
        // After any number of optional fields comes "-", then the type.
        auto dash = std::find(words.begin(), words.end(), "-");
        if (words.size() > place && dash != words.end() && ++dash != words.end() &&
            std::find(types.begin(), types.end(), *dash) != types.end())
            result.emplace_back(words[place]);
    }
    return result;
}

} // namespace mk
