// SPDX-License-Identifier: GPL-2.0-only
// Writer of the driver's events to the journal. It writes each event once, even after a restart of
// the daemon, repeats what the journal could not accept, and limits floods.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "journal/budget.hpp"
#include "journal/entry.hpp"

namespace mk::journal {

// Position of a record in this boot. The driver's clock does not restart when the driver is loaded
// again, but its sequence numbers do.
struct Position {
    std::uint64_t boottime_ns = 0;
    std::uint64_t sequence = 0;

    bool operator<=(const Position &other) const {
        return boottime_ns < other.boottime_ns ||
               (boottime_ns == other.boottime_ns && sequence <= other.sequence);
    }
};

class Writer {
  public:
    using Clock = Budget::Clock;
    // 0 or -errno: not now.
    using Send = std::function<int(const Fields &)>;
    // Passes on everything that the driver has recorded, oldest first.
    using EachRecord = std::function<void(const std::function<bool(driver::Event &)> &)>;

    // Interval of entries about left-out ones, while there are any.
    static constexpr std::chrono::seconds summary_every{60};
    // Time after which a journal that accepted nothing is tried again.
    static constexpr std::chrono::seconds retry_after{2};

    Writer(Send send, Position last) : send_(std::move(send)), last_(last) {}

    // Takes every record, in the order of the driver. Nothing is written while the journal is away.
    // @more: fields besides those of the record.
    void take(const driver::Event &event, Clock::time_point now = Clock::now(),
              const Fields &more = {});

    // When there is something to do without a new record.
    std::optional<Clock::time_point> due() const;
    // Does the pending work. Events that could not be entered are read from the driver's record
    // again.
    void catch_up(const EachRecord &each_record, Clock::time_point now = Clock::now());

  private:
    void enter(const driver::Event &event, Clock::time_point now, const Fields &more);
    bool send(const driver::Event &event, const Fields &more);
    void leave_out(Clock::time_point now);
    void tell_left_out(Clock::time_point now);

    Send send_;
    Position last_;
    Budget budget_;
    std::optional<Clock::time_point> retry_; // the journal is away until then, or for longer
    std::uint64_t left_out_ = 0;
    Clock::time_point summary_{}; // when that must be reported
};

} // namespace mk::journal
