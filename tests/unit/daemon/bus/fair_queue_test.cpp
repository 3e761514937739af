// SPDX-License-Identifier: GPL-2.0-only
#include "bus/fair_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mk::bus {
namespace {

TEST(FairQueue, OneUserLeavesRoomForOthers) {
    FairQueue<int> queue({2, 2, 10, 3});
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(queue.add(65534, i));
    EXPECT_EQ(queue.add(65534, 3), 3);
    EXPECT_FALSE(queue.add(1000, 4));
}

TEST(FairQueue, WhoFillsTheRoomLosesWhatCameLast) {
    FairQueue<std::string> queue({0, 0, 4, 4});
    for (const auto *job : {"a1", "a2", "a3"})
        EXPECT_FALSE(queue.add(1, job));
    EXPECT_FALSE(queue.add(2, "b1"));
    EXPECT_EQ(queue.add(3, "c1"), "a3");
    EXPECT_EQ(queue.add(3, "c2"), "c2") << "of two with as many it is the newest";
    EXPECT_EQ(queue.add(1, "a4"), "a4");
}

TEST(FairQueue, NobodyLosesTheirOnlyPlace) {
    FairQueue<std::string> queue({0, 0, 2, 2});
    queue.add(1, "a1");
    queue.add(2, "b1");
    EXPECT_EQ(queue.add(3, "c1"), "c1");
}

TEST(FairQueue, RootHasRoomAndPlacesWhateverOthersDo) {
    FairQueue<std::string> queue({1, 1, 2, 2});
    queue.add(1, "a1");
    EXPECT_EQ(queue.take()->second, "a1");
    queue.add(1, "a2");
    queue.add(2, "b1");
    for (const auto *job : {"r1", "r2", "r3"})
        EXPECT_FALSE(queue.add(0, job));
    EXPECT_EQ(queue.add(3, "c1"), "c1") << "root's are neither counted nor left out";
    EXPECT_EQ(queue.take()->second, "r1");
    EXPECT_FALSE(queue.take());
    queue.ended(0);
    EXPECT_EQ(queue.take()->second, "r2");
    queue.ended(1);
    EXPECT_EQ(queue.take()->second, "a2");
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
} // namespace mk::bus
