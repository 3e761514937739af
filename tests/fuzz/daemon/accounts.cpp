// SPDX-License-Identifier: GPL-2.0-only
// Time of the event loop that users take, in any order: what one takes is charged to nobody else as
// long as there is room for accounts, and nobody waits longer than the bounds say.
#include <algorithm>
#include <chrono>
#include <map>

#include "bus/time_accounts.hpp"
#include "input.hpp"

using namespace std::chrono_literals;
using mk::bus::TimeAccounts;
using Time = TimeAccounts::Clock::duration;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    TimeAccounts accounts;
    auto now = TimeAccounts::Clock::time_point(1h);
    std::map<uid_t, Time> known; // what each has left at least
    for (std::size_t i = 0; i + 3 <= size; i += 3) {
        const uid_t uid = data[i] % 32U;
        const Time passed = data[i + 1] * 37us;
        const Time used = data[i + 2] * data[i + 2] * 5us;
        now += passed;
        for (auto &[user, left] : known)
            left = std::min<Time>(TimeAccounts::full, left + passed / TimeAccounts::fraction);
        accounts.use(uid, used, now);
        auto &left = known.try_emplace(uid, TimeAccounts::full).first->second;
        left = std::max<Time>(left - used, -TimeAccounts::debt_max);
        MUST(accounts.left(uid, now) <= TimeAccounts::full);
        // pieces of time are rounded, each by less than the clock's step
        for (const auto &[user, least] : known)
            MUST(std::chrono::abs(accounts.left(user, now) - least) <
                 Time(static_cast<Time::rep>(size)));
    }
    now += TimeAccounts::fraction * (TimeAccounts::full + TimeAccounts::debt_max);
    for (const auto &[user, least] : known)
        MUST(accounts.left(user, now) == TimeAccounts::full);
    return 0;
}
