// SPDX-License-Identifier: GPL-2.0-only
// Taints of a module, by bit as in /proc/sys/kernel/tainted; event_names.hpp has their letters.
#pragma once

#include <cstdint>

namespace mk::driver {

struct Taints {
    std::uint64_t bits = 0;
};

} // namespace mk::driver
