// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions since boot. Under `-icount shift=1` the emulated time stamp counter advances
// by two a guest instruction, whatever the host is doing.
#pragma once

#include <cstdint>
#include <x86intrin.h>

namespace mk::bench {

inline std::uint64_t instructions_now() {
    return __rdtsc() / 2;
}

// Throws std::runtime_error when the guest does not count as above.
void check_instruction_clock();

} // namespace mk::bench
