// SPDX-License-Identifier: GPL-2.0-only
// How much of the event loop's time one user may have for what is answered at once and is not free:
// whoever asks without end is refused, and nobody else waits for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>

namespace mk::bus {

class TimeShare {
  public:
    using Clock = std::chrono::steady_clock;

    static constexpr auto window = std::chrono::seconds(1);
    static constexpr auto share = std::chrono::milliseconds(200); // of each window
    static constexpr std::size_t users_max = 1024;

    // Has @uid used up its share of this window? Root never has.
    bool is_used_up(uid_t uid, Clock::time_point now) {
        if (uid == 0)
            return false;
        if (users_.size() >= users_max && !users_.contains(uid))
            users_.clear();
        auto &user = users_[uid];
        if (now - user.since >= window)
            user = {now, {}};
        return user.used >= share;
    }
    void use(uid_t uid, Clock::duration time) { users_[uid].used += time; }

  private:
    struct User {
        Clock::time_point since;
        Clock::duration used{};
    };
    std::map<uid_t, User> users_;
};

} // namespace mk::bus
