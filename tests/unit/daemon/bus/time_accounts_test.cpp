// SPDX-License-Identifier: GPL-2.0-only
// Who has time left when others wait for the event loop.
#include "bus/time_accounts.hpp"

#include <gtest/gtest.h>

namespace mk::bus {
namespace {

using namespace std::chrono_literals;

constexpr uid_t alice = 1000;
constexpr uid_t bob = 1001;

class TimeAccountsTest : public testing::Test {
  protected:
    bool is_overdrawn(uid_t uid, TimeAccounts::Clock::duration later = 0s) {
        return accounts_.left(uid, now_ + later) <= 0s;
    }

    TimeAccounts accounts_;
    TimeAccounts::Clock::time_point now_ = TimeAccounts::Clock::time_point(1h);
};

TEST_F(TimeAccountsTest, EveryUserOverdrawsAnAccountOfHisOwn) {
    EXPECT_FALSE(is_overdrawn(alice)) << "nothing was asked";
    accounts_.use(alice, TimeAccounts::full, now_);
    accounts_.use(bob, TimeAccounts::full - 1us, now_);
    EXPECT_TRUE(is_overdrawn(alice));
    EXPECT_FALSE(is_overdrawn(bob));
}

TEST_F(TimeAccountsTest, WhatIsOwedIsPaidBackInTime) {
    accounts_.use(alice, TimeAccounts::full + 5ms, now_);
    EXPECT_TRUE(is_overdrawn(alice, TimeAccounts::fraction * 5ms));
    EXPECT_FALSE(is_overdrawn(alice, TimeAccounts::fraction * 6ms));
}

TEST_F(TimeAccountsTest, NobodyOwesMoreThanACertainAmount) {
    accounts_.use(alice, 24h, now_);
    EXPECT_FALSE(is_overdrawn(alice, TimeAccounts::fraction * TimeAccounts::debt_max + 1ms));
}

TEST_F(TimeAccountsTest, AnAccountHoldsNoMoreThanItIsFull) {
    EXPECT_FALSE(is_overdrawn(alice));
    now_ += 24h;
    accounts_.use(alice, TimeAccounts::full, now_);
    EXPECT_TRUE(is_overdrawn(alice));
}

TEST_F(TimeAccountsTest, UsersForWhomThereIsNoRoomShareOneAccount) {
    constexpr uid_t last = TimeAccounts::accounts_max;
    for (uid_t uid = 1; uid <= last; ++uid)
        accounts_.use(uid, 2 * TimeAccounts::full, now_);
    accounts_.use(last + 1, 2 * TimeAccounts::full, now_);
    EXPECT_TRUE(is_overdrawn(last + 2)) << "it has the account of the one before";
    EXPECT_TRUE(is_overdrawn(1)) << "it is still known";
    now_ += 1h;
    accounts_.use(last + 1, 2 * TimeAccounts::full, now_);
    EXPECT_FALSE(is_overdrawn(last + 2)) << "the full ones made room";
}

TEST_F(TimeAccountsTest, TheSharedAccountFillsToo) {
    constexpr uid_t last = TimeAccounts::accounts_max;
    for (uid_t uid = 1; uid <= last; ++uid)
        accounts_.use(uid, TimeAccounts::debt_max, now_);
    accounts_.use(last + 1, TimeAccounts::full + 1ms, now_);
    EXPECT_TRUE(is_overdrawn(last + 2, 5ms));
    EXPECT_FALSE(is_overdrawn(last + 2, TimeAccounts::fraction * 2ms)) << "no other is full yet";
}

} // namespace
} // namespace mk::bus
