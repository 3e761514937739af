// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_filter.hpp"

#include <gtest/gtest.h>

namespace mk::driver {
namespace {

Event about(EventKind kind, const std::string &module, std::uint64_t realtime_ns = 100) {
    Event event;
    event.kind = kind;
    event.realtime_ns = realtime_ns;
    event.body = body_of(kind);
    if (auto *change = std::get_if<ModuleEvent>(&event.body))
        change->module = module;
    return event;
}

TEST(EventFilter, AnEmptyOneLetsAllPass) {
    EXPECT_TRUE(EventFilter{}.matches(about(EventKind::Unload, "dummy")));
    EXPECT_TRUE(EventFilter{}.matches(about(EventKind::Request, "")));
}

TEST(EventFilter, OfKinds) {
    EventFilter filter;
    ASSERT_TRUE(add_kinds(filter, "load"));
    ASSERT_TRUE(add_kinds(filter, "load-failed"));
    EXPECT_TRUE(filter.matches(about(EventKind::LoadBegin, "a")));
    EXPECT_TRUE(filter.matches(about(EventKind::LoadFailed, "a")));
    EXPECT_FALSE(filter.matches(about(EventKind::Unload, "a")));
    const auto wrong = add_kinds(filter, "loads");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(wrong.error().message.find("reference, refused, request"), std::string::npos)
        << wrong.error().message;
}

TEST(EventFilter, OfNamesWithEitherKindOfDash) {
    EventFilter filter;
    filter.module = "snd-*";
    EXPECT_TRUE(filter.matches(about(EventKind::Unload, "snd_hda_intel")));
    EXPECT_FALSE(filter.matches(about(EventKind::Unload, "soundcore")));
    EXPECT_FALSE(filter.matches(about(EventKind::Request, "")));
    filter.module = "[a-d]ummy";
    EXPECT_TRUE(filter.matches(about(EventKind::Unload, "dummy")));
}

TEST(EventFilter, OfFailures) {
    EventFilter filter;
    filter.failed = true;
    EXPECT_TRUE(filter.matches(about(EventKind::LoadFailed, "a")));
    EXPECT_TRUE(filter.matches(about(EventKind::UnloadRefused, "a")));
    EXPECT_FALSE(filter.matches(about(EventKind::LoadLive, "a")));
    auto write = about(EventKind::Parameter, "");
    EXPECT_FALSE(filter.matches(write));
    std::get<ParameterWrite>(write.body).error = 22;
    EXPECT_TRUE(filter.matches(write));
}

TEST(EventFilter, OfTimes) {
    EventFilter filter;
    filter.since = {100, {}};
    filter.until = {200, {}};
    EXPECT_FALSE(filter.matches(about(EventKind::Unload, "a", 99)));
    EXPECT_TRUE(filter.matches(about(EventKind::Unload, "a", 100)));
    EXPECT_TRUE(filter.matches(about(EventKind::Unload, "a", 200)));
    EXPECT_FALSE(filter.matches(about(EventKind::Unload, "a", 201)));
}

// A board without a clock: it is 1970 until the network says what time it is.
TEST(EventFilter, OfTheTimeSinceTheBoot) {
    auto early = about(EventKind::Unload, "a", 30);
    early.boottime_ns = 5000;
    EventFilter filter;
    filter.since = {1'000'000, 4000};
    EXPECT_TRUE(filter.matches(early));
    EXPECT_FALSE(filter.matches(early, false));
    filter.since = {1'000'000, 5001};
    EXPECT_FALSE(filter.matches(early));
    filter.since = {};
    filter.until = {20, 5000};
    EXPECT_TRUE(filter.matches(early));
    EXPECT_FALSE(filter.matches(early, false));
    filter.until = {1'000'000, 4999};
    EXPECT_FALSE(filter.matches(early));
}

TEST(EventFilter, RefusesPatternsThatMeanNothing) {
    for (const char *sound : {"", "*", "snd-*", "[a-z]*", "[]x]", "[!]]", "\\[", "a]"})
        EXPECT_TRUE(check_glob(sound)) << sound;
    for (const char *broken : {"[", "a[", "[]", "[!", "[!]", "[a-z]x["})
        EXPECT_FALSE(check_glob(broken)) << broken;
}

TEST(EventFilter, LossesAreNeverHidden) {
    EventFilter filter;
    filter.module = "dummy";
    filter.failed = true;
    EXPECT_TRUE(filter.matches(about(EventKind::Lost, "")));
}

} // namespace
} // namespace mk::driver
