// SPDX-License-Identifier: GPL-2.0-only
#include "holders/find_holders.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class FindHoldersTest : public testing::Test {
  protected:
    FindHoldersTest() {
        root.write("proc/modules", "zram 1 2 high, Live 0x0\nhigh 1 0 - Live 0x0\n"
                                   "dummy 1 0 - Live 0x0\n");
        root.write("proc/devices", "Block devices:\n252 zram\n");
        root.write("sys/dev/block/252:0/uevent", "DEVNAME=zram0\n");
        root.write("proc/sys/kernel/osrelease", "6.12.0\n");
        root.write("proc/swaps", "Filename Type\n/dev/zram0 partition 1 0 -2\n");
        root.write("sys/module/loop/uevent", "");
    }
    Result<HolderList> find(const std::string &module) {
        return find_holders(ModuleName(module), {root.path(), {}});
    }
    test::HolderRoot root;
};

TEST_F(FindHoldersTest, AllFindersContribute) {
    const auto found = find("zram");
    ASSERT_TRUE(found);
    ASSERT_EQ(found.value().holders.size(), 2U);
    EXPECT_EQ(found.value().holders[0].what, "high");
    EXPECT_EQ(found.value().holders[1].kind, HolderKind::Swap);
    EXPECT_EQ(found.value().explained(), 2U);
    EXPECT_EQ(found.value().references, 2U);
}

TEST_F(FindHoldersTest, WhatHoldsItsUsersIsToldToo) {
    root.write("proc/modules", "core 1 1 zram, Live 0x0\nzram 1 1 - Live 0x0\n");
    const auto found = find("core");
    ASSERT_TRUE(found);
    ASSERT_EQ(found.value().holders.size(), 2U);
    EXPECT_EQ(found.value().holders[1].kind, HolderKind::Swap);
    EXPECT_EQ(found.value().holders[1].references, 0U);
    EXPECT_EQ(found.value().explained(), 1U);
    EXPECT_EQ(remedies_of(found.value()),
              (std::vector<std::string>{"swapoff /dev/zram0", "modkeeper unload zram"}));
}

TEST_F(FindHoldersTest, NothingIsSoughtForWhatNothingHolds) {
    const auto found = find("dummy");
    ASSERT_TRUE(found);
    EXPECT_FALSE(found.value().is_held());
    EXPECT_TRUE(found.value().holders.empty());
}

TEST_F(FindHoldersTest, OthersHaveNone) {
    EXPECT_EQ(find("loop").error().code, ErrorCode::BuiltIn);
    EXPECT_EQ(find("../etc").error().code, ErrorCode::InvalidArgument);
    const auto code = find("no_such").error().code;
    EXPECT_TRUE(code == ErrorCode::NotLoaded || code == ErrorCode::NotFound);
}

} // namespace
} // namespace mk
