// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Settings, AreFoldersOfTheSubsystem) {
    test::HolderRoot root;
    root.write("sys/kernel/config/nullb/features", "size\n");
    root.write("sys/kernel/config/nullb/mine/size", "1\n");
    root.write("sys/kernel/config/netconsole/target 1/enabled", "0\n");
    const auto found = test::found_by(find_settings, root.search("null_blk"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/sys/kernel/config/nullb/mine");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(test::found_by(find_settings, root.search("netconsole")).at(0).remedy,
              "rmdir '/sys/kernel/config/netconsole/target 1'");
    EXPECT_TRUE(test::found_by(find_settings, root.search("loop")).empty());
}

} // namespace
} // namespace mk
