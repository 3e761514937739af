// SPDX-License-Identifier: GPL-2.0-only
// Counts as they are printed: "[1, 2, 3]".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mk::bench {

inline std::string json_array(const std::vector<std::uint64_t> &counts) {
    std::string text;
    for (std::uint64_t count : counts)
        text += (text.empty() ? "[" : ", ") + std::to_string(count);
    return (text.empty() ? "[" : text) + "]";
}

} // namespace mk::bench
