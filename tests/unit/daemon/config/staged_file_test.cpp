// SPDX-License-Identifier: GPL-2.0-only
#include "config/staged_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/folder.hpp"
#include "base/text_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(StagedFile, TakesItsPlaceWhenItIsKept) {
    test::TemporaryFolder folder;
    const auto path = folder.write("file", "before");
    {
        auto staged = StagedFile::write(path, "after");
        ASSERT_TRUE(staged);
        EXPECT_EQ(read_text(path), "before");
        EXPECT_TRUE(staged.value().keep());
    }
    EXPECT_EQ(read_text(path), "after");
    EXPECT_EQ(readable_entries(folder.path()), std::vector<std::string>{"file"});
}

TEST(StagedFile, LeavesNothingBehindIfItIsNot) {
    test::TemporaryFolder folder;
    const auto path = folder.write("file", "before");
    { const auto staged = StagedFile::write(path, "after"); }
    EXPECT_EQ(read_text(path), "before");
    EXPECT_EQ(readable_entries(folder.path()), std::vector<std::string>{"file"});
}

TEST(StagedFile, GetsOverWhatAKilledWriterLeft) {
    test::TemporaryFolder folder;
    folder.write("file.new", "half of it");
    EXPECT_TRUE(StagedFile::write(folder / "file", "all of it").value().keep());
    EXPECT_EQ(read_text(folder / "file"), "all of it");
}

TEST(StagedFile, SaysWhatIsInTheWay) {
    const auto failed = StagedFile::write("/dev/full/file", "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().facts.number, ENOTDIR);
    EXPECT_NE(failed.error().message.find("nothing was changed"), std::string::npos);
}

TEST(StagedFile, WhatIsRemovedNeedNotBeThere) {
    test::TemporaryFolder folder;
    const auto path = folder.write("file", "x");
    EXPECT_TRUE(remove_for_good(path));
    EXPECT_FALSE(read_text(path));
    EXPECT_TRUE(remove_for_good(path));
}

} // namespace
} // namespace mk
