// SPDX-License-Identifier: GPL-2.0-only
// How the kernel writes numbers, states and taints in /proc/modules and sysfs.
#pragma once

#include <string_view>

#include "module_list.hpp"

namespace mk::bench {

inline std::uint64_t parse_number(std::string_view text) {
    std::uint64_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9')
            break;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

// /proc/modules: "Live", "Loading", "Unloading"; sysfs: "live", "coming", "going".
inline State parse_state(std::string_view text) {
    switch (text.empty() ? '\0' : text[0]) {
    case 'L':
        return text.size() > 1 && text[1] == 'o' ? State::coming : State::live;
    case 'l':
        return State::live;
    case 'c':
        return State::coming;
    case 'U':
    case 'g':
        return State::going;
    default:
        return State::unknown;
    }
}

// Letters that a module can carry, as bits. Unknown ones get a bit of their own.
inline std::uint64_t parse_taints(std::string_view letters) {
    std::uint64_t taints = 0;
    for (char c : letters) {
        switch (c) {
        case 'P':
            taints |= 1u << 0;
            break;
        case 'F':
            taints |= 1u << 1;
            break;
        case 'C':
            taints |= 1u << 10;
            break;
        case 'O':
            taints |= 1u << 12;
            break;
        case 'E':
            taints |= 1u << 13;
            break;
        case 'K':
            taints |= 1u << 15;
            break;
        case 'X':
            taints |= 1u << 16;
            break;
        case 'T':
            taints |= 1u << 17;
            break;
        case 'N':
            taints |= 1u << 18;
            break;
        default:
            taints |= std::uint64_t{1} << 63;
        }
    }
    return taints;
}

} // namespace mk::bench
