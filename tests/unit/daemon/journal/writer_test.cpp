// SPDX-License-Identifier: GPL-2.0-only
// What is entered, what was entered before, and what is too much.
#include "journal/writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "journal/message_ids.hpp"

namespace mk::journal {
namespace {

using driver::EventKind;
using namespace std::chrono_literals;

driver::Event event(EventKind kind, std::uint64_t sequence, std::uint64_t boottime_ns) {
    driver::Event one;
    one.kind = kind;
    one.sequence = sequence;
    one.boottime_ns = boottime_ns;
    one.body = driver::body_of(kind);
    return one;
}

class JournalWriter : public testing::Test {
  protected:
    Writer writer(Position last = {}) {
        return Writer(
            [this](const Fields &fields) {
                sent_.push_back(fields);
                return 0;
            },
            last);
    }
    bool has(std::size_t entry, const std::string &field) const {
        return std::find(sent_[entry].begin(), sent_[entry].end(), field) != sent_[entry].end();
    }
    std::vector<Fields> sent_;
    Writer::Clock::time_point now_ = Writer::Clock::time_point(100s);
};

TEST_F(JournalWriter, EntersWhatWasDoneAndNothingElse) {
    auto one = writer();
    one.take(event(EventKind::Present, 1, 10), now_);
    one.take(event(EventKind::LoadBegin, 2, 20), now_);
    one.take(event(EventKind::LoadLive, 3, 30), now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_SEQUENCE=3"));
}

TEST_F(JournalWriter, SkipsWhatHasAnEntryAlready) {
    auto one = writer({30, 3});
    one.take(event(EventKind::LoadLive, 2, 20), now_);
    one.take(event(EventKind::LoadLive, 3, 30), now_);
    EXPECT_TRUE(sent_.empty());
    one.take(event(EventKind::Unload, 4, 30), now_);
    EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(JournalWriter, ADriverThatWasLoadedAnewBeginsAtOne) {
    auto one = writer({30, 300});
    one.take(event(EventKind::LoadLive, 2, 40), now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_SEQUENCE=2"));
}

TEST_F(JournalWriter, ALoadHasTheFileAndParametersOfItsBeginning) {
    auto begin = event(EventKind::LoadBegin, 2, 20);
    std::get<driver::ModuleChange>(begin.body).file = "/x.ko";
    std::get<driver::ModuleChange>(begin.body).args = "a=1";
    auto live = event(EventKind::LoadLive, 3, 30);
    std::get<driver::ModuleChange>(live.body).load_sequence = 2;
    auto one = writer();
    one.take(begin, now_);
    one.take(live, now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_FILE=/x.ko"));
    EXPECT_TRUE(has(0, "MODKEEPER_ARGS=a=1"));
}

TEST_F(JournalWriter, MassesAreCutShortAndCounted) {
    auto one = writer();
    constexpr auto most = static_cast<std::size_t>(Writer::burst);
    for (std::uint64_t i = 1; i <= most + 5; ++i)
        one.take(event(EventKind::Unload, i, i), now_);
    ASSERT_EQ(sent_.size(), most + 1);
    EXPECT_TRUE(has(most, std::string("MESSAGE_ID=") + left_out_id));
    one.take(event(EventKind::Unload, 9000, 9000), now_ + 1s);
    ASSERT_EQ(sent_.size(), most + 3);
    EXPECT_TRUE(has(most + 1, "MODKEEPER_LEFT_OUT=5"));
    EXPECT_TRUE(has(most + 2, "MODKEEPER_SEQUENCE=9000"));
}

} // namespace
} // namespace mk::journal
