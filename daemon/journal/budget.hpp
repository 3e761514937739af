// SPDX-License-Identifier: GPL-2.0-only
// Budgets of journal entries: events that any user can cause, repeated refusals for one module, and
// tools that fail have budgets of their own and never use up that of loads and unloads.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "driver_client/event.hpp"

namespace mk::journal {

class Budget {
  public:
    using Clock = std::chrono::steady_clock;

    // The number of entries at once, and per second in the long run.
    struct Rate {
        double burst;
        double per_second;
    };
    // Far more than a booting machine has, far less than what makes journald drop entries.
    static constexpr Rate of_loads = {1000, 20};
    static constexpr Rate of_anybody = {50, 0.2};
    static constexpr Rate of_refusals = {10, 0.1}; // for each module
    static constexpr Rate of_tools = {50, 0.2};    // that give up

    bool allows(const driver::Event &event, Clock::time_point now);

  private:
    class Bucket {
      public:
        explicit Bucket(Rate rate) : rate_(rate), tokens_(rate.burst) {}
        bool take(Clock::time_point now);
        bool is_full(Clock::time_point now) const;

      private:
        double tokens(Clock::time_point now) const;

        Rate rate_;
        double tokens_;
        Clock::time_point filled_{};
    };

    Bucket &of_module(const std::string &module, Clock::time_point now);

    Bucket loads_{of_loads};
    Bucket anybody_{of_anybody};
    Bucket tools_{of_tools};
    std::map<std::string, Bucket> refusals_;
};

} // namespace mk::journal
