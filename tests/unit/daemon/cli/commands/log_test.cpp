// SPDX-License-Identifier: GPL-2.0-only
// Which lines of the kernel's log are a load's.
#include <gtest/gtest.h>

#include "cli/run.hpp"
#include "explain/load_log.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli::test {
namespace {

using driver::EventKind;

driver::Event event(EventKind kind, std::uint64_t milliseconds, std::uint64_t lasted_ms = 0) {
    driver::Event made;
    made.kind = kind;
    made.boottime_ns = milliseconds * 1'000'000;
    driver::ModuleEvent change;
    change.module = "mk_one";
    change.duration_ns = lasted_ms * 1'000'000;
    made.body = change;
    return made;
}

const auto messages = parse_kernel_messages("6,1,1000000,-;mk-one: an earlier life\n"
                                            "6,2,5000000,-;mk_one: hello\n"
                                            " SUBSYSTEM=pci\n"
                                            "4,3,5100000,-;somebody else complains\n"
                                            "3,4,5200000,-;mk_one: broken\n"
                                            "6,5,9000000,-;somebody else again\n"
                                            "6,6,9100000,-;mk_one: and later\n"
                                            "30,7,9200000,-;mk_one says a program\n"
                                            "no line of the log\n"
                                            "6,x,1,-;nor this\n");

constexpr std::uint64_t second = 1'000'000'000;

// Now, with clocks that agree but for a sleep of a second.
const LogClock awake({20 * second, 20 * second, 20 * second}, messages);
const LogClock slept_one({20 * second, 19 * second, 19 * second}, messages);

std::vector<std::uint64_t> numbers(const std::vector<LoggedLine> &lines) {
    std::vector<std::uint64_t> result;
    for (const auto &line : lines)
        result.push_back(line.message.sequence);
    return result;
}
using Numbers = std::vector<std::uint64_t>;

TEST(LoadLog, ReadsOnlyTheKernelsOwnLines) {
    ASSERT_EQ(messages.size(), 6U);
    EXPECT_EQ(messages[2].level, 4U);
    EXPECT_EQ(messages[2].microseconds, 5'100'000U);
    EXPECT_EQ(messages[2].text, "somebody else complains");
}

TEST(LoadLog, TakesAllOfTheLoadAndWhatNamesTheModuleSince) {
    // the machine slept for a second, before what the log still has
    const auto window =
        last_load({event(EventKind::LoadBegin, 1900), event(EventKind::LoadLive, 2100),
                   event(EventKind::LoadBegin, 6000), event(EventKind::LoadLive, 6250)},
                  "mk_one"_module, slept_one);
    ASSERT_TRUE(window);
    EXPECT_FALSE(window->failed);
    const auto lines = lines_of_load(messages, "mk_one"_module, window, 7);
    EXPECT_EQ(numbers(lines), (Numbers{2, 3, 4, 6}));
    EXPECT_TRUE(lines[1].during);
    EXPECT_FALSE(lines[3].during);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one"_module, window, 4)), (Numbers{3, 4}));
}

TEST(LoadLog, KnowsWhenAFailureBeganFromItsDuration) {
    const auto window =
        last_load({event(EventKind::LoadFailed, 5200, 250)}, "mk_one"_module, awake);
    ASSERT_TRUE(window);
    EXPECT_TRUE(window->failed);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one"_module, window, 7)), (Numbers{2, 3, 4, 6}));
}

TEST(LoadLog, ALoadThatHasNotEndedGoesOn) {
    const auto window = last_load({event(EventKind::LoadBegin, 8900)}, "mk_one"_module, awake);
    ASSERT_TRUE(window);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one"_module, window, 7)), (Numbers{5, 6}));
}

// A load from 4900 to 5300 ms of which the driver has the lines.
std::vector<LoggedLine> lines_of_call(const std::string &printed, unsigned worst_level = 7) {
    auto live = event(EventKind::LoadLive, 5300, 400);
    std::get<driver::ModuleEvent>(live.body).kernel_lines = printed;
    return lines_of_load(messages, "mk_one"_module, last_load({live}, "mk_one"_module, awake),
                         worst_level);
}
Numbers during(const std::vector<LoggedLine> &lines) {
    Numbers result;
    for (const auto &line : lines)
        if (line.during)
            result.push_back(line.message.sequence);
    return result;
}

TEST(LoadLog, TakesTheLinesThatTheDriverHasAndNoOthers) {
    const auto lines = lines_of_call("mk_one: hello\nmk_one: broken");
    EXPECT_EQ(numbers(lines), (Numbers{2, 4, 6}));
    EXPECT_EQ(during(lines), (Numbers{2, 4}));
    EXPECT_EQ(numbers(lines_of_call("mk_one: hello\nmk_one: broken", 4)), Numbers{4});
    // What it says of itself, but not in the call, is told apart.
    const auto others = lines_of_call("somebody else complains");
    EXPECT_EQ(numbers(others), (Numbers{3, 2, 4, 6}));
    EXPECT_EQ(during(others), Numbers{3});
    EXPECT_TRUE(during(lines_of_call("")).empty());
}

TEST(LoadLog, LinesThatTheLogHasLostAreStillThere) {
    const auto lines = lines_of_call("lost\nmk_one: broken", 3);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_FALSE(lines[0].in_log);
    EXPECT_EQ(lines[0].message.text, "lost");
    EXPECT_TRUE(lines[1].in_log);
    EXPECT_EQ(lines[1].message.level, 3U);
}

TEST(LoadLog, FindsLinesInTheFormOfTheLog) {
    const auto logged = parse_kernel_messages("6,1,5000000,-;mk_one: one\\x0amk_one: two\n"
                                              "6,2,5000001,-;mk_one: in pieces\n"
                                              "6,3,5000002,-;mk_one: \\xc3\\xa4 \\x5c\n"
                                              "6,4,5000003,-;mk_one: at ffff888112345678\n"
                                              "6,5,5000004,-;mk_one: one and more\n");
    auto live = event(EventKind::LoadLive, 5300, 400);
    std::get<driver::ModuleEvent>(live.body).kernel_lines =
        "mk_one: one\nmk_one: two\nmk_one: \nin pieces\nmk_one: \u00e4 \\\n"
        "mk_one: at ffffxxxxxxxxxxxx";
    const auto lines =
        lines_of_load(logged, "mk_one"_module, last_load({live}, "mk_one"_module, awake), 7);
    EXPECT_EQ(numbers(lines), (Numbers{1, 2, 3, 4, 5}));
    EXPECT_EQ(during(lines), (Numbers{1, 2, 3, 4}));
}

TEST(LoadLog, SaysWhetherTheDriverListened) {
    auto live = event(EventKind::LoadLive, 5300, 400);
    EXPECT_FALSE(last_load({live}, "mk_one"_module, awake)->printed);
    live.truncated = true;
    std::get<driver::ModuleEvent>(live.body).kernel_lines = "";
    const auto window = last_load({live}, "mk_one"_module, awake);
    EXPECT_TRUE(window->printed && window->is_cut && window->has_ended);
    EXPECT_FALSE(last_load({event(EventKind::LoadBegin, 8900)}, "mk_one"_module, awake)->has_ended);
}

TEST(LoadLog, WithoutARecordNamesDecide) {
    EXPECT_FALSE(last_load({event(EventKind::LoadBegin, 1)}, "mk_other"_module, awake));
    const auto lines = lines_of_load(messages, "mk_one"_module, std::nullopt, 7);
    EXPECT_EQ(numbers(lines), (Numbers{1, 2, 4, 6}));
}

TEST(LoadLog, KnowsLevelsByName) {
    EXPECT_STREQ(level_name(3), "err");
    EXPECT_EQ(level_of("warning"), 4U);
    EXPECT_EQ(level_of("loud"), 8U);
    const Ran ran = run({"log", "mk_one", "--level", "wraning"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("did you mean \"warning\"?"), std::string::npos) << ran.err;
    EXPECT_EQ(run({"log", "a/b"}).status, 2);
}

constexpr std::uint64_t ms = 1'000'000;

// What the log tells of two nights; each "exit" is at the time of its "entry" and a little more.
const auto one_night = parse_kernel_messages("6,1,10000000,-;usb 1-1: new device\n"
                                             "6,2,200000000,-;PM: suspend entry (deep)\n"
                                             "6,3,200400000,-;PM: suspend exit\n");
const auto two_nights = parse_kernel_messages("6,1,200000000,-;PM: suspend entry (deep)\n"
                                              "6,2,200400000,-;PM: suspend exit\n"
                                              "6,3,300000000,-;PM: suspend entry (s2idle)\n"
                                              "6,4,300400000,-;PM: suspend exit\n");
constexpr std::uint64_t hour = 3600 * second;

TEST(LogClock, TakesOffOnlyTheSleepBeforeTheEvent) {
    // eight hours, after 200 s
    const LogClock clock({400 * second + 8 * hour, 400 * second, 400 * second}, one_night);
    EXPECT_EQ(clock.microseconds_of(100 * second), 100'000'000U);
    EXPECT_EQ(clock.microseconds_of(8 * hour + 300 * second), 300'000'000U);
    // while it slept the log stood still
    EXPECT_EQ(clock.microseconds_of(4 * hour), 200'400'000U);
}

TEST(LogClock, DoesNotGuessBetweenTwoSleeps) {
    const LogClock clock({400 * second + 9 * hour, 400 * second, 400 * second}, two_nights);
    EXPECT_EQ(clock.microseconds_of(150 * second), 150'000'000U);
    EXPECT_EQ(clock.microseconds_of(9 * hour + 350 * second), 350'000'000U);
    EXPECT_FALSE(clock.microseconds_of(8 * hour + 250 * second));
    EXPECT_FALSE(last_load({event(EventKind::LoadLive, (8 * hour + 250 * second) / ms, 5)},
                           "mk_one"_module, clock));
}

TEST(LogClock, KnowsACpuThatCountsOnWhileItSleeps) {
    const LogClock clock({400 * second + 9 * hour, 400 * second, 400 * second + 9 * hour},
                         two_nights);
    EXPECT_EQ(clock.microseconds_of(8 * hour), 8 * 3600 * 1'000'000ULL);
}

TEST(LogClock, MeasuresWhatTheClocksDifferBy) {
    const LogClock ahead({300 * second, 300 * second, 300 * second + 25 * ms}, {});
    EXPECT_EQ(ahead.microseconds_of(10 * second), 10'025'000U);
    const LogClock behind({300 * second, 300 * second, 300 * second - 25 * ms}, {});
    EXPECT_EQ(behind.microseconds_of(10 * second), 9'975'000U);
    EXPECT_EQ(behind.microseconds_of(1 * ms), 0U);
    // two seconds in a day: half of it by noon
    const LogClock fast({24 * hour, 24 * hour, 24 * hour + 2 * second}, {});
    EXPECT_EQ(fast.microseconds_of(12 * hour), 12 * 3600 * 1'000'000ULL + 1'000'000);
}

TEST(LogClock, ReadsAllOfThemAtOnce) {
    const auto now = LogClock::read();
    EXPECT_GT(now.boottime, 0U);
    EXPECT_LE(now.monotonic, now.boottime);
    EXPECT_GT(now.log, 0U);
}

} // namespace
} // namespace mk::cli::test
