// SPDX-License-Identifier: GPL-2.0-only
#include "base/format.hpp"

#include <gtest/gtest.h>

namespace mk::cli {
namespace {

TEST(Human, Sizes) {
    EXPECT_EQ(human_size(0), "0");
    EXPECT_EQ(human_size(1023), "1023");
    EXPECT_EQ(human_size(1024), "1.0K");
    EXPECT_EQ(human_size(36454), "35.6K");
    EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0M");
    EXPECT_EQ(human_size(~0ULL), "16.0E");
}

TEST(Human, Durations) {
    EXPECT_EQ(human_duration(870), "870 ns");
    EXPECT_EQ(human_duration(12'345), "12.3 us");
    EXPECT_EQ(human_duration(4'560'000), "4.56 ms");
    EXPECT_EQ(human_duration(1'200'000'000), "1.20 s");
}

TEST(Human, Numbers) {
    EXPECT_EQ(counted(0, "event"), "0 events");
    EXPECT_EQ(counted(1, "event"), "1 event");
    EXPECT_EQ(counted(12, "event"), "12 events");
}

TEST(Human, Errors) {
    EXPECT_EQ(human_errno(19), "ENODEV (No such device)");
    EXPECT_EQ(human_errno(100000), "error 100000");
}

} // namespace
} // namespace mk::cli
