// SPDX-License-Identifier: GPL-2.0-only
// Each barrier of the ring is needed, and together they are enough, in the memory model of C++,
// which allows more than any CPU does. Tests on x86 would not miss most of them.
#include "ring_model.hpp"

#include <gtest/gtest.h>

namespace mk::test {
namespace {

TEST(RingOrder, NoCopyThatIsKeptIsTorn) {
    EXPECT_TRUE(copies_are_sound(Barrier::none));
}

TEST(RingOrder, EachBarrierOfCopiesIsNeeded) {
    EXPECT_FALSE(copies_are_sound(Barrier::tail_before_bytes));
    EXPECT_FALSE(copies_are_sound(Barrier::bytes_before_tail));
    EXPECT_FALSE(copies_are_sound(Barrier::bytes_before_head));
    EXPECT_FALSE(copies_are_sound(Barrier::head_before_bytes));
}

TEST(RingOrder, NobodySleepsBesideARecord) {
    EXPECT_TRUE(sleepers_are_woken(Barrier::none));
}

TEST(RingOrder, EachBarrierOfSleepersIsNeeded) {
    EXPECT_FALSE(sleepers_are_woken(Barrier::next_before_armed));
    EXPECT_FALSE(sleepers_are_woken(Barrier::armed_before_next));
}

} // namespace
} // namespace mk::test
