// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(StoredFiles, SwapAndLoopDevicesComeBeforeTheirMount) {
    test::HolderRoot root;
    root.write("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                      "2 1 7:0 / /mnt rw - vfat /dev/loop0 rw\n"
                                      "3 2 7:9 / /mnt/inner rw - vfat /dev/loop9 rw\n"
                                      "4 1 7:1 / /other rw - ext4 /dev/loop1 rw\n");
    root.write("proc/swaps", "Filename Type Size Used Priority\n/mnt/swap file 8 0 -2\n"
                             "/swap file 8 0 -2\n/mnt/inner/swap file 8 0 -2\n");
    root.write("sys/block/loop0/loop/backing_file", "/image\n");
    root.write("sys/block/loop1/loop/backing_file", "/mnt/image\n");
    root.write("sys/class/block/loop1/dev", "7:1\n");
    HolderList list{"vfat"_module, 1, {}, {}};
    auto &mount = list.holders.emplace_back();
    mount.kind = HolderKind::Mount;
    mount.mount_point = "/mnt";
    mount.references = 1;
    find_stored_files(root.search("vfat"), list);
    ASSERT_EQ(list.holders.size(), 4U);
    EXPECT_EQ(list.holders[0].what, "/mnt/swap");
    EXPECT_EQ(list.holders[0].references, 0U);
    EXPECT_EQ(list.holders[1].mount_point, "/other");
    EXPECT_EQ(list.holders[1].remedy, "umount /other");
    EXPECT_EQ(list.holders[2].what, "/dev/loop1");
    EXPECT_EQ(list.holders[2].through, "/mnt/image");
    EXPECT_EQ(list.holders[3].mount_point, "/mnt");
    list.holders.clear();
    find_stored_files(root.search("vfat"), list);
    EXPECT_TRUE(list.holders.empty());
}

} // namespace
} // namespace mk
