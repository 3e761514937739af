// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

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
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].mount_point, "/mnt/again"); // what came last goes first
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[0].pid, 0U);
    EXPECT_TRUE(found[0].is_public);
    EXPECT_EQ(found[1].mount_point, "/mnt/with blank");
    EXPECT_EQ(found[1].references, 0U); // it is the same file system
    EXPECT_EQ(found[1].remedy, "umount '/mnt/with blank'");
    EXPECT_EQ(found[2].mount_point, "/mnt/hidden");
    EXPECT_EQ(found[2].what, "mkfs2");
    EXPECT_EQ(found[2].pid, 8U);
    EXPECT_EQ(found[2].command, "builder");
    EXPECT_EQ(found[2].name_space, 2U);
    EXPECT_EQ(found[2].remedy, "nsenter -t 8 -m umount /mnt/hidden");
    EXPECT_FALSE(found[2].is_public);
    EXPECT_EQ(found[3].mount_point, "/mnt/copy");
    EXPECT_EQ(found[3].references, 0U);
}

TEST_F(MountedTest, LeavesOutCopiesThatGoWithTheirOrigin) {
    root.write("proc/8/mountinfo", "90 80 0:44 / /mnt/copy rw master:1 - mkfs none rw\n");
    auto search = root.search("mkfs");
    search.aliases = {"fs-mkfs"};
    EXPECT_EQ(test::found_by(find_mounts, search).size(), 2U);
}

TEST_F(MountedTest, UnmountsWhatIsBelowToo) {
    root.write("proc/self/mountinfo", "36 21 0:44 / /mnt/a rw - mkfs none rw\n"
                                      "37 36 0:45 / /mnt/a/b rw - tmpfs none rw\n"
                                      "1 1 0:46 / / rw - mkfs2 none rw\n");
    auto search = root.search("mkfs");
    search.aliases = {"fs-mkfs", "fs-mkfs2"};
    const auto found = test::found_by(find_mounts, search);
    ASSERT_GE(found.size(), 2U);
    EXPECT_EQ(found[0].mount_point, "/");
    EXPECT_EQ(found[0].remedy, "");
    EXPECT_EQ(found[1].remedy, "umount -R /mnt/a");
}

TEST_F(MountedTest, TypesMayHaveASecondPart) {
    root.write("proc/self/mountinfo", "36 21 0:44 / /mnt/a rw - mkfs.ssh none rw\n");
    const auto found = test::found_by(find_mounts, root.search("mkfs"));
    ASSERT_EQ(found.size(), 2U); // and a copy of the same device
    EXPECT_EQ(found[0].what, "mkfs.ssh");
}

TEST_F(MountedTest, FindsFileSystemsThatNeedACharacterSet) {
    root.write("proc/self/mountinfo",
               "36 21 7:0 / /mnt/a rw - vfat /dev/loop0 rw,codepage=437,iocharset=iso8859-1\n");
    const auto found = test::found_by(find_mounts, root.search("nls_cp437"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].through, "codepage=437");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(test::found_by(find_mounts, root.search("nls_iso8859_1")).size(), 1U);
    EXPECT_TRUE(test::found_by(find_mounts, root.search("nls_utf8")).empty());
}

TEST_F(MountedTest, CountsWhatIsOpenThoughItIsMountedNowhere) {
    auto search = root.search("mkfs");
    search.aliases = {"fs-mkfs"};
    driver::Holder file;
    file.process = 7;
    file.fd = 3;
    file.file_system = {0, 99};
    search.driver = driver::Holders{{file}, false, false};
    HolderList list{"mkfs"_module, 2, {}, {}};
    Holder known;
    known.pid = 7;
    known.fd = 3;
    list.holders = {known, known};
    find_mounts(search, list);
    EXPECT_EQ(list.holders[0].references, 1U);
    EXPECT_EQ(list.holders[1].references, 0U);
}

TEST_F(MountedTest, CountsWhatIsOpenOnADiskThoughItIsMountedNowhere) {
    auto search = root.search("loop");
    search.nodes = {{true, 7, 0, "loop0", "name"}};
    driver::Holder file;
    file.kind = driver::Holder::Kind::Node;
    file.process = 7;
    file.fd = 3;
    file.file_system = {7, 0};
    file.name = "/file";
    search.driver = driver::Holders{{file, file}, false, true};
    const auto found = test::found_by(find_mounts, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/file");
    EXPECT_EQ(found[0].references, 1U);
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

TEST_F(MountedTest, AnOverlayKeepsItsLayers) {
    root.write("proc/self/mountinfo",
               "21 1 0:49 / / rw - overlay o rw,lowerdir=/x:/y\n"
               "22 21 0:50 / /mnt/over rw - overlay o rw,lowerdir=/a:/b,upperdir=/c,workdir=/d\n");
    root.write("proc/8/mountinfo", "");
    auto search = root.search("mkfs");
    search.module.references = 2;
    const auto found = test::found_by(find_mounts, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "overlay");
    EXPECT_EQ(found[0].through, "of which it is perhaps a layer");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(found[0].remedy, "umount /mnt/over");
    search.module.references = 0;
    EXPECT_TRUE(test::found_by(find_mounts, search).empty());
}

TEST_F(MountedTest, SaysWhichNamespacesItCouldNotLookInto) {
    root.write("proc/self/mountinfo", std::string(here) +
                                          "40 21 0:4 mnt:[6] /run/box rw - nsfs nsfs rw\n"
                                          "41 21 0:4 mnt:[7] /run/hidden rw - nsfs nsfs rw\n");
    root.write("run/box", "50 40 0:70 / /inside rw - mkfs none rw\n");
    auto search = root.search("mkfs");
    search.aliases = {"fs-mkfs"};
    HolderList list{search.module.name, 9, {}, {}};
    find_mounts(search, list);
    ASSERT_EQ(list.holders.size(), 4U);
    EXPECT_EQ(list.holders[3].through, "in the mount namespace that /run/box keeps");
    EXPECT_EQ(list.holders[3].remedy, "nsenter --mount=/run/box umount /inside");
    EXPECT_EQ(list.unchecked,
              std::vector<std::string>{"not all mount namespaces were looked into"});
}

} // namespace
} // namespace mk
