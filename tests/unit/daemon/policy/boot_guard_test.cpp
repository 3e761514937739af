// SPDX-License-Identifier: GPL-2.0-only
#include "policy/boot_guard.hpp"

#include <gtest/gtest.h>

namespace mk::policy {
namespace {

TEST(BootGuard, CountsBootsOfOneText) {
    auto count = with_boot(std::nullopt, "aa", "one");
    EXPECT_EQ(count, (BootCount{"aa", 1, "one"}));
    EXPECT_EQ(boots_before(count, "aa", "two"), 1U);
    count = with_boot(count, "aa", "two");
    EXPECT_EQ(boots_before(count, "aa", "three"), boots_before_audit);
    // what somebody mended has not failed yet
    EXPECT_EQ(boots_before(count, "bb", "three"), 0U);
    EXPECT_EQ(with_boot(count, "bb", "three"), (BootCount{"bb", 1, "three"}));
    EXPECT_EQ(boots_before(std::nullopt, "aa", "one"), 0U);
}

TEST(BootGuard, CountsNoBootTwice) {
    auto count = with_boot(with_boot(std::nullopt, "aa", "one"), "aa", "two");
    EXPECT_EQ(with_boot(count, "aa", "two"), count);
    // rules that are applied again by the unit, before the target is reached
    EXPECT_EQ(boots_before(count, "aa", "two"), 1U);
    EXPECT_EQ(boots_before(with_boot(std::nullopt, "aa", "one"), "aa", "one"), 0U);
}

TEST(BootGuard, DoesNotCountWithoutEnd) {
    std::optional<BootCount> count;
    for (int i = 0; i < 200; i++)
        count = with_boot(count, "aa", std::to_string(i));
    EXPECT_EQ(count->boots, 99U);
    EXPECT_EQ(boot_count_in(text_of(*count)), count);
}

TEST(BootGuard, TakesTheWholeTextOnly) {
    const BootCount count{"00ff", 2, "b-o-o-t"};
    const auto text = text_of(count);
    EXPECT_EQ(text, "00ff 2 b-o-o-t\n");
    EXPECT_EQ(boot_count_in(text), count);
    for (std::size_t size = 0; size < text.size(); size++)
        EXPECT_FALSE(boot_count_in(text.substr(0, size))) << size;
    for (const auto *bad : {"00ff two b\n", "00ff -1 b\n", "00ff 2x b\n", "00ff 100 b\n",
                            "00ff 99999999999 b\n", "00ff 2 b c\n"})
        EXPECT_FALSE(boot_count_in(bad)) << bad;
}

TEST(BootGuard, HoldsBackWhatIsEnforced) {
    ReadyPolicy ready;
    EXPECT_FALSE(enforces(ready)) << "there are no rules";
    ready.rules = parse_policy({{"/a.rules", "deny load one\n"}}, 0);
    EXPECT_TRUE(enforces(ready));
    ready.load_mode = Mode::Off;
    EXPECT_TRUE(enforces(ready));
    hold_back(ready);
    EXPECT_EQ(ready.load_mode, Mode::Off);
    EXPECT_EQ(ready.request_mode, Mode::Audit);
    EXPECT_FALSE(enforces(ready));
}

} // namespace
} // namespace mk::policy
