// SPDX-License-Identifier: GPL-2.0-only
// Puts what the driver recorded into the journal, once: whatever is there already is not written
// again by a daemon that was started again, and what happens in masses is cut short.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

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
    using Clock = std::chrono::steady_clock;
    // 0 or -errno.
    using Send = std::function<int(const Fields &)>;

    // So many entries at once, and so many a second for ever: far more than a machine that boots
    // has, far less than what makes journald drop entries of its own accord.
    static constexpr double burst = 1000;
    static constexpr double per_second = 20;

    Writer(Send send, Position last) : send_(std::move(send)), last_(last) {}

    // Every record, in the order of the driver.
    void take(const driver::Event &event, Clock::time_point now = Clock::now());

  private:
    struct Begin {
        std::uint64_t sequence;
        std::string file;
        std::string args;
    };

    void remember(const driver::Event &event);
    // With the file and the parameters, which only the record of the beginning has.
    driver::Event completed(const driver::Event &event) const;
    bool may_write(Clock::time_point now);
    void leave_out(const driver::Event &event);

    Send send_;
    Position last_;
    std::deque<Begin> begun_;
    double tokens_ = burst;
    Clock::time_point filled_{};
    std::uint64_t left_out_ = 0;
};

// To journald.
int send_to_journal(const Fields &fields);

} // namespace mk::journal
