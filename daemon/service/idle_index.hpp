// SPDX-License-Identifier: GPL-2.0-only
// Index of modules, held only while it is needed: an idle daemon must not keep its file system from
// being unmounted.
#pragma once

#include <systemd/sd-event.h>

#include <chrono>
#include <cstdint>

#include "job/planner.hpp"
#include "service/event_handles.hpp"

namespace mk::service {

class IdleIndex {
  public:
    // A plan without it takes some milliseconds more.
    static constexpr std::chrono::microseconds usual = std::chrono::seconds(5);

    IdleIndex(sd_event *event, Planner &planner, std::chrono::microseconds patience = usual);
    IdleIndex(const IdleIndex &) = delete;
    IdleIndex &operator=(const IdleIndex &) = delete;
    ~IdleIndex() { planner_.on_use({}); }

  private:
    void on_use();
    bool wait(std::uint64_t microseconds);
    static int on_time(sd_event_source *source, std::uint64_t time, void *userdata);

    sd_event *event_;
    Planner &planner_;
    std::uint64_t patience_;
    EventSource timer_;      // while the index is held
    std::uint64_t used_ = 0; // when it was last
};

} // namespace mk::service
