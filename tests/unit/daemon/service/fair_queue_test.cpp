// SPDX-License-Identifier: GPL-2.0-only
#include "service/fair_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mk::service {
namespace {

TEST(FairQueue, OneUserLeavesRoomForOthers) {
    FairQueue<int> queue({2, 2, 10, 3});
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(queue.add(65534, i));
    EXPECT_FALSE(queue.add(65534, 3));
    EXPECT_TRUE(queue.add(0, 4));
}

TEST(FairQueue, WhoHasTheFewestRunningIsNext) {
    FairQueue<std::string> queue({3, 3, 10, 10});
    for (const auto *job : {"a1", "a2", "a3"})
        queue.add(1, job);
    queue.add(2, "b1");
    EXPECT_EQ(queue.take()->second, "a1");
    EXPECT_EQ(queue.take()->second, "b1");
    EXPECT_EQ(queue.take()->second, "a2");
    EXPECT_FALSE(queue.take()) << "all places are taken";
    queue.ended(2);
    EXPECT_EQ(queue.take()->second, "a3");
    EXPECT_FALSE(queue.take());
}

TEST(FairQueue, OneUserLeavesPlacesForOthers) {
    FairQueue<std::string> queue({3, 2, 10, 10});
    for (const auto *job : {"a1", "a2", "a3"})
        queue.add(1, job);
    EXPECT_EQ(queue.take()->second, "a1");
    EXPECT_EQ(queue.take()->second, "a2");
    EXPECT_FALSE(queue.take()) << "the third place is for others";
    queue.add(2, "b1");
    EXPECT_EQ(queue.take()->second, "b1");
    queue.ended(1);
    EXPECT_EQ(queue.take()->second, "a3");
}

TEST(FairQueue, WhatIsRemovedIsNotTaken) {
    FairQueue<std::string> queue({3, 3, 10, 10});
    for (const auto *job : {"a1", "a2"})
        queue.add(1, job);
    queue.remove_if([](const auto &job) { return job == "a1"; });
    EXPECT_EQ(queue.take()->second, "a2");
    EXPECT_FALSE(queue.take());
}

} // namespace
} // namespace mk::service
