// SPDX-License-Identifier: GPL-2.0-only
#include "system/mounts.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(Mounts, ReadsLinesWithAnyNumberOfOptionalFields) {
    test::TemporaryFolder folder;
    const auto file = folder.write(
        "mountinfo",
        "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw\n"
        "37 35 0:5 / /dev rw - devtmpfs udev rw\n"
        "not a line\n"
        "38 35 0:6 / /cut rw - \n");
    const auto mounts = read_mounts(file);
    ASSERT_EQ(mounts.size(), 2U);
    EXPECT_EQ(mounts[0].device, "98:0");
    EXPECT_EQ(mounts[0].point, "/mnt 2");
    EXPECT_EQ(mounts[0].type, "ext3");
    EXPECT_EQ(mounts[0].source, "/dev/root");
    EXPECT_EQ(mounts[1].type, "devtmpfs");
    EXPECT_EQ(mounts[0].peer_groups, (std::vector<unsigned>{1, 2}));
    EXPECT_EQ(mounts[0].options, "rw");
    EXPECT_EQ(mounts[0].top, "/mnt1");
    EXPECT_TRUE(read_mounts(folder / "nothing").empty());
}

} // namespace
} // namespace mk
