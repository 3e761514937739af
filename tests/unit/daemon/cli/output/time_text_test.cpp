// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/time_text.hpp"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace mk::cli {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

class TimeText : public testing::Test {
  protected:
    void SetUp() override {
        setenv("TZ", "UTC", 1);
        tzset();
    }
    std::uint64_t at(std::string_view text) {
        const auto time = parse_time(text, clocks_);
        EXPECT_TRUE(time) << text;
        return time ? time.value().realtime_ns / second : 0;
    }
    // 2026-11-22 10:20:30 UTC, booted an hour before
    static constexpr std::uint64_t now = 1'795'342'830;
    static constexpr std::uint64_t today = now - 10 * 3600 - 20 * 60 - 30;
    Clocks clocks_{now * second, 3600 * second};
};

TEST_F(TimeText, SpansAreInThePast) {
    EXPECT_EQ(at("10min"), now - 600);
    EXPECT_EQ(at("-1h"), now - 3600);
    EXPECT_EQ(at("2h 30min ago"), now - 9000);
    EXPECT_EQ(at("1d2h"), now - 93600);
    EXPECT_EQ(at("45"), now - 45);
    EXPECT_EQ(at("+5min"), now + 300);
    EXPECT_EQ(at("9999999999"), 0U);
}

TEST_F(TimeText, DatesAndTimesAreLocal) {
    EXPECT_EQ(at("2026-11-22 10:20:30"), now);
    EXPECT_EQ(at("2026-11-22 10:20"), now - 30);
    EXPECT_EQ(at("2026-11-22"), today);
    EXPECT_EQ(at("10:20"), now - 30);
    EXPECT_EQ(at("today"), today);
    EXPECT_EQ(at("yesterday"), today - 86400);
    EXPECT_EQ(at("now"), now);
    EXPECT_EQ(at("@1700000000"), 1'700'000'000U);
}

TEST_F(TimeText, SecondsSinceTheBoot) {
    EXPECT_EQ(at("boot"), now - 3600);
    EXPECT_EQ(at("boot+30s"), now - 3570);
    EXPECT_EQ(at("boot+90"), now - 3510);
}

// The clock of the day may have been set since what is asked for.
TEST_F(TimeText, WhatIsRelativeIsAlsoCountedFromTheBoot) {
    const auto boottime = [&](std::string_view text) {
        return parse_time(text, clocks_).value().boottime_ns;
    };
    EXPECT_EQ(boottime("boot"), 0U);
    EXPECT_EQ(boottime("boot+30s"), 30 * second);
    EXPECT_EQ(boottime("10min"), 3000 * second);
    EXPECT_EQ(boottime("2h"), 0U);
    EXPECT_EQ(boottime("9999999999"), 0U);
    EXPECT_EQ(boottime("+5min"), 3900 * second);
    EXPECT_EQ(boottime("now"), 3600 * second);
    for (const char *date : {"today", "yesterday", "10:20", "2026-11-22", "@1700000000"})
        EXPECT_FALSE(boottime(date)) << date;
}

TEST_F(TimeText, WhatIsNoneIsSaid) {
    for (const char *text : {"", "soon", "10 parsecs", "2026-13-45", "-", "@x", "boot-3", "h",
                             "99999999999999999999s", "10:20 o'clock"}) {
        const auto time = parse_time(text, clocks_);
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(time.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(time.error().message.find("10min"), std::string::npos);
    }
}

} // namespace
} // namespace mk::cli
