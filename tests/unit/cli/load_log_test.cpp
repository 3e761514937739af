// SPDX-License-Identifier: GPL-2.0-only
// Which lines of the kernel's log are a load's.
#include <gtest/gtest.h>

#include "cli/load_log.hpp"
#include "run.hpp"

namespace mk::cli::test {
namespace {

using driver::EventKind;

driver::Event event(EventKind kind, std::uint64_t milliseconds, std::uint64_t lasted_ms = 0) {
    driver::Event made;
    made.kind = kind;
    made.boottime_ns = milliseconds * 1'000'000;
    driver::ModuleChange change;
    change.module = "mk_one";
    change.duration_ns = lasted_ms * 1'000'000;
    made.body = change;
    return made;
}

const auto messages = engine::parse_kernel_messages("6,1,1000000,-;mk-one: an earlier life\n"
                                                    "6,2,5000000,-;mk_one: hello\n"
                                                    " SUBSYSTEM=pci\n"
                                                    "4,3,5100000,-;somebody else complains\n"
                                                    "3,4,5200000,-;mk_one: broken\n"
                                                    "6,5,9000000,-;somebody else again\n"
                                                    "6,6,9100000,-;mk_one: and later\n"
                                                    "30,7,9200000,-;mk_one says a program\n"
                                                    "no line of the log\n"
                                                    "6,x,1,-;nor this\n");

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
    // the machine slept for a second
    const auto window =
        last_load({event(EventKind::LoadBegin, 1900), event(EventKind::LoadLive, 2100),
                   event(EventKind::LoadBegin, 6000), event(EventKind::LoadLive, 6250)},
                  "mk_one", 1'000'000'000);
    ASSERT_TRUE(window);
    EXPECT_FALSE(window->failed);
    const auto lines = lines_of_load(messages, "mk_one", window, 7);
    EXPECT_EQ(numbers(lines), (Numbers{2, 3, 4, 6}));
    EXPECT_TRUE(lines[1].during);
    EXPECT_FALSE(lines[3].during);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one", window, 4)), (Numbers{3, 4}));
}

TEST(LoadLog, KnowsWhenAFailureBeganFromItsDuration) {
    const auto window = last_load({event(EventKind::LoadFailed, 5200, 250)}, "mk_one", 0);
    ASSERT_TRUE(window);
    EXPECT_TRUE(window->failed);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one", window, 7)), (Numbers{2, 3, 4, 6}));
}

TEST(LoadLog, ALoadThatHasNotEndedGoesOn) {
    const auto window = last_load({event(EventKind::LoadBegin, 8900)}, "mk_one", 0);
    ASSERT_TRUE(window);
    EXPECT_EQ(numbers(lines_of_load(messages, "mk_one", window, 7)), (Numbers{5, 6}));
}

TEST(LoadLog, WithoutARecordNamesDecide) {
    EXPECT_FALSE(last_load({event(EventKind::LoadBegin, 1)}, "mk_other", 0));
    const auto lines = lines_of_load(messages, "mk_one", std::nullopt, 7);
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

} // namespace
} // namespace mk::cli::test
