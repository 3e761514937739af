// SPDX-License-Identifier: GPL-2.0-only
// The system's clocks as numbers.
#pragma once

#include <ctime>

#include <cstdint>

namespace mk {

inline constexpr std::uint64_t ns_per_second = 1'000'000'000;

inline std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * ns_per_second +
           static_cast<std::uint64_t>(now.tv_nsec);
}

// Since the machine was booted, sleep included: the clock by which the driver stamps its records.
inline std::uint64_t boottime_ns() {
    return clock_ns(CLOCK_BOOTTIME);
}

} // namespace mk
