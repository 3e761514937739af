// SPDX-License-Identifier: GPL-2.0-only
#include "system/block_devices.hpp"

#include <gtest/gtest.h>

#include "fixtures/sysfs_tree.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

TEST(BlockDevices, TellsMountsOfDiskPartitionsAndWhatStandsOnThem) {
    const test::SysfsTree tree;
    tree.device("block", "sda", "pci0/block/sda");
    tree.write("sys/devices/pci0/block/sda/dev", "8:0\n");
    tree.write("sys/devices/pci0/block/sda/sda1/partition", "1\n");
    tree.write("sys/devices/pci0/block/sda/sda1/dev", "8:1\n");
    tree.write("sys/devices/pci0/block/sda/sda2/partition", "2\n");
    tree.write("sys/devices/pci0/block/sda/sda2/dev", "8:2\n");
    tree.write("sys/devices/pci0/block/sda/sda2/holders/dm-0/x", "");
    tree.device("block", "dm-0", "virtual/block/dm-0");
    tree.link("/sys/devices/virtual/block/dm-0", "sys/class/block/dm-0");
    tree.write("sys/devices/virtual/block/dm-0/dev", "254:0\n");
    tree.write("sys/devices/virtual/block/dm-0/dm/name", "vg-root\n");
    tree.write("proc/swaps", "Filename Type Size Used Priority\n/dev/sda1 partition 1 0 -2\n");
    const std::vector<Mount> mounts = {{"254:0", "/", "ext4", "/dev/mapper/vg-root"},
                                       {"0:31", "/data", "btrfs", "/dev/sda2"},
                                       {"9:9", "/other", "ext4", "/dev/sdb1"}};
    const auto disks = block_devices(mounts, tree.path());
    ASSERT_EQ(disks.size(), 2U);
    const auto &disk = disks[1];
    EXPECT_EQ(disk.device.name, "sda");
    EXPECT_EQ(disk.mounted_at, (Names{"/data", "/"}));
    EXPECT_EQ(disk.swap, Names{"/dev/sda1"});
    EXPECT_EQ(disk.disks_above, Names{"dm-0"});
}

TEST(BlockDevices, TellsTheFileBehindALoopDevice) {
    const test::SysfsTree tree;
    tree.device("block", "loop0", "virtual/block/loop0");
    tree.write("sys/devices/virtual/block/loop0/loop/backing_file", "/srv/image\n");
    EXPECT_EQ(block_devices({}, tree.path()).at(0).backing_file, "/srv/image");
}

// Disks that stand on each other would be followed for ever.
TEST(BlockDevices, ACircleOfHoldersEnds) {
    const test::SysfsTree tree;
    tree.device("block", "a", "virtual/block/a");
    tree.link("/sys/devices/virtual/block/a", "sys/class/block/a");
    tree.write("sys/devices/virtual/block/a/holders/a/x", "");
    EXPECT_EQ(block_devices({}, tree.path()).at(0).disks_above, Names{"a"});
}

} // namespace
} // namespace mk
