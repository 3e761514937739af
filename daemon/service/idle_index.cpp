// SPDX-License-Identifier: GPL-2.0-only
#include "service/idle_index.hpp"

#include "bus/callback.hpp"

namespace mk::service {

IdleIndex::IdleIndex(sd_event *event, Planner &planner, std::chrono::microseconds patience)
    : event_(event), planner_(planner), patience_(static_cast<std::uint64_t>(patience.count())) {
    planner_.on_use([this] { on_use(); });
}

// A plan is cheap: it does not restart the timer, which checks when the last plan was.
void IdleIndex::on_use() {
    (void)sd_event_now(event_, CLOCK_MONOTONIC, &used_);
    if (!timer_)
        wait(patience_);
}

bool IdleIndex::wait(std::uint64_t microseconds) {
    timer_.reset();
    sd_event_source *source = nullptr;
    const int error = sd_event_add_time_relative(event_, &source, CLOCK_MONOTONIC, microseconds, 0,
                                                 bus::callback<on_time>, this);
    timer_.reset(source);
    return error >= 0;
}

int IdleIndex::on_time(sd_event_source *, std::uint64_t, void *userdata) {
    auto &self = *static_cast<IdleIndex *>(userdata);
    std::uint64_t now = 0;
    (void)sd_event_now(self.event_, CLOCK_MONOTONIC, &now);
    const auto idle = now - self.used_;
    if (idle < self.patience_ && self.wait(self.patience_ - idle))
        return 0;
    self.timer_.reset();
    self.planner_.release();
    return 0;
}

} // namespace mk::service
