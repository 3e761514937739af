// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

constexpr const char *here = "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                             "36 21 0:44 / /mnt/with\\040blank rw shared:1 - mkfs none rw\n"
                             "37 21 0:44 / /mnt/again rw - mkfs none rw\n";
constexpr const char *there = "90 80 0:44 / /mnt/copy rw - mkfs none rw\n"
                              "91 80 0:45 / /mnt/hidden rw - mkfs2 none rw\n"
                              "92 80 252:0 / /mnt/disk rw - ext4 /dev/zram0 rw\n";

class MountedTest : public testing::Test {
  protected:
    MountedTest() {
        root.write("proc/filesystems", "nodev\tmkfs\n\tmkfs2\n\text4\n");
        root.process("self", "modkeeper");
        root.process("7", "shell");
        root.process("8", "builder", "mnt:[2]");
        root.process("9", "builder", "mnt:[2]");
        root.write("proc/self/mountinfo", here);
        root.write("proc/8/mountinfo", there);
    }
    test::HolderRoot root;
};

TEST_F(MountedTest, FindsFileSystemsOfTheModuleInEveryNamespace) {
    auto search = root.search("mkfs");
    search.aliases = {"fs-mkfs", "fs-mkfs2"};
    const auto found = test::found_by(find_mounts, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].mount_point, "/mnt/with blank");
    EXPECT_EQ(found[0].pid, 0U);
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_TRUE(found[0].is_public);
    EXPECT_EQ(found[1].mount_point, "/mnt/hidden");
    EXPECT_EQ(found[1].what, "mkfs2");
    EXPECT_EQ(found[1].pid, 8U);
    EXPECT_EQ(found[1].command, "builder");
    EXPECT_EQ(found[1].name_space, 2U);
    EXPECT_FALSE(found[1].is_public);
}

TEST_F(MountedTest, FindsOtherFileSystemsOnItsDisks) {
    auto search = root.search("zram");
    search.nodes = {{true, 252, 0, "zram0", "name"}};
    const auto found = test::found_by(find_mounts, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].mount_point, "/mnt/disk");
    EXPECT_EQ(found[0].through, "/dev/zram0");
}

TEST_F(MountedTest, OthersHoldNothing) {
    EXPECT_TRUE(test::found_by(find_mounts, root.search("dummy")).empty());
}

} // namespace
} // namespace mk
