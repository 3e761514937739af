// SPDX-License-Identifier: GPL-2.0-only
// Where a module stands between its file and the kernel: one type for what the driver, /proc and
// /sys say.
#pragma once

#include <cstdint>

namespace mk {

enum class LoadState : std::uint8_t { Absent, BuiltIn, Coming, Live, Going };

// The word of D-Bus and JSON: absent, built-in, coming, live, going.
const char *state_name(LoadState state);

// Has the kernel loaded it, or begun to? One that is built in was never loaded.
constexpr bool is_in_kernel(LoadState state) {
    return state == LoadState::Coming || state == LoadState::Live || state == LoadState::Going;
}

} // namespace mk
