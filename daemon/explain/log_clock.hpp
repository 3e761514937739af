// SPDX-License-Identifier: GPL-2.0-only
// From the driver's time of an event to the time that the kernel's log gives its lines. The log has
// the clock of the CPU: it starts a little earlier or later, may run a little faster or slower than
// CLOCK_BOOTTIME, and on most machines stands still while they sleep.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "system/kernel_messages.hpp"

namespace mk {

// All in nanoseconds, read at the same moment.
struct ClockReading {
    std::uint64_t boottime = 0;
    std::uint64_t monotonic = 0; // boottime without sleep
    std::uint64_t log = 0;
};

// A stretch of sleep, in the log's time: when it was entered, and when the log went on.
struct Sleep {
    std::uint64_t entered = 0;
    std::uint64_t left = 0;
};

class LogClock {
  public:
    // @messages: oldest first, those that tell of sleep among them.
    LogClock(const ClockReading &now, const std::vector<KernelMessage> &messages);
    // As it is now. Where the log's clock cannot be read it is taken for CLOCK_MONOTONIC.
    static ClockReading read();

    // Nothing when the machine has slept more than once since the log begins and the event was in
    // between: how long each of the sleeps was is written nowhere.
    std::optional<std::uint64_t> microseconds_of(std::uint64_t boottime_ns) const;

  private:
    std::int64_t runs_off_by(std::uint64_t boottime_ns) const;

    ClockReading now_;
    std::int64_t slept_ = 0; // that the log's clock does not count
    std::vector<Sleep> sleeps_;
};

} // namespace mk
