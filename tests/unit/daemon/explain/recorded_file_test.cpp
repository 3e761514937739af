// SPDX-License-Identifier: GPL-2.0-only
#include "explain/recorded_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>

#include "fixtures/kernel_root.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using State = RecordedFile::State;

class RecordedFileTest : public testing::Test {
  protected:
    RecordedFileTest() : root_({}) {
        root_.index();
        folder_.write("one.ko", "no module");
        event_.kind = driver::EventKind::LoadFailed;
        change_.file = path();
        event_.realtime_ns = UINT64_MAX; // long after the file was written
        change_.error = ENOEXEC;
    }
    std::string path() const { return folder_.path() + "/one.ko"; }
    RecordedFile look() {
        event_.body = change_;
        return look_at_file_of(event_, {.root = root_.path()});
    }

    test::KernelRoot root_;
    test::TemporaryFolder folder_;
    driver::ModuleEvent change_;
    driver::Event event_;
};

TEST_F(RecordedFileTest, TheSameFileIsChecked) {
    const auto file = look();
    EXPECT_EQ(file.state, State::Same);
    ASSERT_FALSE(file.checks.empty());
    EXPECT_EQ(file.checks.front().cause, Cause::DamagedFile);
}

// What another file has is not blamed.
TEST_F(RecordedFileTest, AnotherFileOrNoneIsNotChecked) {
    change_.file_bytes = 9;
    EXPECT_EQ(look().state, State::Same);
    change_.file_bytes = 8;
    EXPECT_EQ(look().state, State::Replaced);
    change_.file_bytes = 9;
    event_.realtime_ns = 1; // before it was written
    EXPECT_EQ(look().state, State::Replaced);
    EXPECT_TRUE(look().checks.empty());
    change_.file += ".gone";
    EXPECT_EQ(look().state, State::Gone);
    EXPECT_TRUE(look().checks.empty());
}

TEST_F(RecordedFileTest, APathThatIsNotOursIsNotFollowed) {
    change_.other_root = true;
    EXPECT_EQ(look().state, State::Unknown);
    EXPECT_TRUE(look().checks.empty());
    change_.other_root = false;
    change_.file.clear();
    EXPECT_EQ(look().state, State::Unknown);
}

TEST_F(RecordedFileTest, WhatTheInitSaidIsNotLookedForInTheFile) {
    change_.error = ENODEV;
    EXPECT_EQ(look().state, State::Same);
    EXPECT_TRUE(look().checks.empty());
}

} // namespace
} // namespace mk
