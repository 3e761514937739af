// SPDX-License-Identifier: GPL-2.0-only
// Which job is next when there are more than places: that of the user who has the fewest running,
// and of those the oldest. No user fills the places, or the room to wait.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace mk::service {

struct QueueLimits {
    std::size_t running;
    std::size_t running_of_user;
    std::size_t waiting;
    std::size_t waiting_of_user;
};

template <typename Job> class FairQueue {
  public:
    explicit FairQueue(QueueLimits limits) : limits_(limits) {}

    // False: there is no room, for this user or at all.
    bool add(uid_t uid, Job job) {
        const auto of_user = std::count_if(waiting_.begin(), waiting_.end(),
                                           [&](const auto &one) { return one.first == uid; });
        if (waiting_.size() >= limits_.waiting ||
            of_user >= static_cast<std::ptrdiff_t>(limits_.waiting_of_user))
            return false;
        waiting_.emplace_back(uid, std::move(job));
        return true;
    }

    // A job that has a place now; until ended() it keeps it. Nothing: there is no place for any.
    std::optional<std::pair<uid_t, Job>> take() {
        if (waiting_.empty() || running_ >= limits_.running)
            return std::nullopt;
        auto next = std::min_element(waiting_.begin(), waiting_.end(), [&](auto &one, auto &other) {
            return running_of(one.first) < running_of(other.first);
        });
        if (running_of(next->first) >= limits_.running_of_user)
            return std::nullopt;
        auto taken = std::move(*next);
        waiting_.erase(next);
        ++running_;
        ++of_users_[taken.first];
        return taken;
    }

    // Takes those for which @is_meant out of those that wait.
    template <typename IsMeant> void remove_if(IsMeant is_meant) {
        std::erase_if(waiting_, [&](const auto &one) { return is_meant(one.second); });
    }

    void ended(uid_t uid) {
        --running_;
        if (--of_users_[uid] == 0)
            of_users_.erase(uid);
    }

  private:
    std::size_t running_of(uid_t uid) const {
        const auto found = of_users_.find(uid);
        return found == of_users_.end() ? 0 : found->second;
    }

    QueueLimits limits_;
    std::deque<std::pair<uid_t, Job>> waiting_;
    std::size_t running_ = 0;
    std::map<uid_t, std::size_t> of_users_; // running
};

} // namespace mk::service
