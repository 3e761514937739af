// SPDX-License-Identifier: GPL-2.0-only
// Accounts of the event loop's time, one for each user: time that passes fills them, calls empty
// them. A user who calls without end overdraws only their own account.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>

namespace mk::bus {

class TimeAccounts {
  public:
    using Clock = std::chrono::steady_clock;

    static constexpr auto full = std::chrono::milliseconds(10);
    static constexpr int fraction = 10; // share of the passing time that each account gets
    // Largest debt: a user who called a lot while nobody else did should not wait long for it.
    static constexpr auto debt_max = std::chrono::milliseconds(100);
    static constexpr std::size_t accounts_max = 1024;

    // Zero or less: overdrawn; the negative amount is a debt.
    Clock::duration left(uid_t uid, Clock::time_point now) { return account(uid, now).left; }
    void use(uid_t uid, Clock::duration time, Clock::time_point now) {
        auto &left = account(uid, now).left;
        left = std::max<Clock::duration>(left - time, -debt_max);
    }

  private:
    struct Account {
        Clock::duration left = full;
        Clock::time_point since;
    };

    static void refill(Account &account, Clock::time_point now) {
        account.left =
            std::min<Clock::duration>(full, account.left + (now - account.since) / fraction);
        account.since = now;
    }
    // One person may own very many user IDs: those for whom there is no room share an account.
    Account &account(uid_t uid, Clock::time_point now) {
        if (auto known = accounts_.find(uid); known != accounts_.end()) {
            refill(known->second, now);
            return known->second;
        }
        if (accounts_.size() >= accounts_max) {
            for (auto one = accounts_.begin(); one != accounts_.end();) {
                refill(one->second, now);
                one = one->second.left >= full ? accounts_.erase(one) : std::next(one);
            }
        }
        if (accounts_.size() < accounts_max)
            return accounts_.insert_or_assign(uid, Account{full, now}).first->second;
        refill(others_, now);
        return others_;
    }

    std::map<uid_t, Account> accounts_;
    Account others_;
};

} // namespace mk::bus
