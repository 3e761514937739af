// SPDX-License-Identifier: GPL-2.0-only
// Parser of points in time, as people type them for journalctl and systemctl.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {

// The clocks that times are relative to.
struct Clocks {
    std::uint64_t now_ns = 0;     // CLOCK_REALTIME
    std::uint64_t running_ns = 0; // CLOCK_BOOTTIME: since this boot began

    static Clocks read();
};

// The meaning of "2026-11-22 10:00[:30]", "2026-11-22", "10:00[:30]" (today), "now", "today",
// "yesterday", "10min", "-1h", "2h 30min ago" (all three in the past), "@1700000000" and "boot" or
// "boot+30s". In local time. InvalidArgument shows examples. Times relative to now or to the boot
// are right even if the clock has been set since.
Result<driver::Moment> parse_time(std::string_view text, const Clocks &clocks);

} // namespace mk::cli
