// SPDX-License-Identifier: GPL-2.0-only
// Puts what the driver recorded into the journal, once: whatever is there already is not written
// again by a daemon that was started again, what the journal could not take is entered when it can,
// and what happens in masses is cut short.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "journal/budget.hpp"
#include "journal/entry.hpp"

namespace mk::journal {

// Of a record in this boot. The driver's clock does not go back when it is loaded anew, which its
// sequence numbers do.
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
    // Hands out all that the driver has recorded, oldest first.
    using EachRecord = std::function<void(const std::function<bool(driver::Event &)> &)>;

    // How many were left out is entered so often, while some are.
    static constexpr std::chrono::seconds summary_every{60};
    // A journal that took nothing is tried again after so long.
    static constexpr std::chrono::seconds retry_after{2};

    Writer(Send send, Position last) : send_(std::move(send)), last_(last) {}

    // Every record, in the order of the driver. Nothing is entered while the journal is away.
    // @more: fields beside those of the record.
    void take(const driver::Event &event, Clock::time_point now = Clock::now(),
              const Fields &more = {});

    // When there is something to do though no record comes.
    std::optional<Clock::time_point> due() const;
    // Does what is due. What could not be entered is taken from the driver's record again.
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
    Clock::time_point summary_{}; // when that is to be told
};

} // namespace mk::journal
