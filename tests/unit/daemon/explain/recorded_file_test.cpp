// SPDX-License-Identifier: GPL-2.0-only
#include "explain/recorded_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>

#include "base/text_file.hpp"
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

// Of a container or a unit with mounts of its own.
TEST_F(RecordedFileTest, AnotherFileOfThatPathIsNotTakenForIt) {
    change_.mount_namespace = 1;
    EXPECT_EQ(look().state, State::Same);
    change_.file_bytes = 8;
    EXPECT_EQ(look().state, State::Elsewhere);
    change_.file += ".gone";
    EXPECT_EQ(look().state, State::Elsewhere);
    // Of these nothing is hidden.
    change_.cgroup = "/system.slice/modkeeperd.service";
    EXPECT_EQ(look().state, State::Gone);
}

// Unpacked, nothing is wrong with it: what the kernel saw was no ELF object all the same.
TEST_F(RecordedFileTest, APackedFileIsWhatTheKernelDidNotUnpack) {
    const auto module = root_.build("packed", {{"license=GPL"}});
    const auto packed = test::packed_with_gzip(read_text(module).value());
    folder_.write("one.ko", packed);
    change_.stage = driver::Stage::Elf;
    EXPECT_TRUE(look().checks.empty()) << "kmod unpacked it, and the kernel saw no file";
    change_.file_bytes = packed.size();
    ASSERT_FALSE(look().checks.empty());
    EXPECT_EQ(look().checks.front().cause, Cause::NoModuleSupport) << look().checks.front().reason;
    change_.call_flags = 4; // MODULE_INIT_COMPRESSED_FILE
    EXPECT_TRUE(look().checks.empty());
    change_.call_flags = 0;
    change_.file_bytes = 0;
    folder_.write("one.ko", test::packed_with_gzip("no module"));
    EXPECT_EQ(look().checks.front().cause, Cause::DamagedFile) << look().checks.front().reason;
}

// An init that finds no device looked for one that the file names.
TEST_F(RecordedFileTest, DevicesAreLookedForWhereTheInitFoundNone) {
    change_.file = root_.build("card", {{"license=GPL", "alias=pci:v00001234d*"}});
    change_.error = ENODEV;
    ASSERT_EQ(look().checks.size(), 1U);
    EXPECT_EQ(look().checks.front().cause, Cause::NoDevice);
}

// The kernel says EINVAL to what is empty, and ERANGE to a number that is too large.
TEST_F(RecordedFileTest, WhateverTheErrnoIsTheFileIsChecked) {
    folder_.write("one.ko", "");
    change_.error = EINVAL;
    ASSERT_FALSE(look().checks.empty());
    EXPECT_EQ(look().checks.front().cause, Cause::DamagedFile);
    change_.file = root_.build("count", {{"license=GPL", "parmtype=count:int"}});
    change_.error = ERANGE;
    change_.args = "count=99999999999999999999";
    ASSERT_FALSE(look().checks.empty());
    EXPECT_EQ(look().checks.front().cause, Cause::BadParameter);
}

TEST_F(RecordedFileTest, WhatTheInitSaidIsNotLookedForInTheFile) {
    change_.error = ENODEV;
    EXPECT_EQ(look().state, State::Same);
    EXPECT_TRUE(look().checks.empty());
}

} // namespace
} // namespace mk
