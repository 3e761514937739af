// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class BlockDevicesTest : public testing::Test {
  protected:
    BlockDevicesTest() {
        root.write("proc/swaps", "Filename\t\t\tType\t\tSize\tUsed\tPriority\n"
                                 "/dev/zram0 partition\t524284\t0\t-2\n"
                                 "/swap\\040file file\t10\t0\t-3\n");
        root.write("proc/sys/kernel/osrelease", "6.1.0-57-amd64\n");
        root.write("sys/block/dm-1/dm/name", "plain\n");
        root.write("sys/block/dm-1/slaves/zram1", "");
        root.write("sys/block/zram0/size", "8\n");
        root.write("sys/block/zram1/size", "8\n");
        root.write("sys/block/loop0/loop/backing_file", "/dev/zram1\n");
        root.write("sys/block/loop1/size", "0\n");
        root.write("sys/block/dm-0/dm/name", "secret\n");
        root.write("sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-0-secret\n");
        root.write("sys/block/md0/md/level", "raid5\n");
        root.link("../../dm-0", "sys/class/block/zram1/holders/dm-0");
    }
    std::vector<Holder> found(const std::string &module, std::vector<DeviceNode> nodes = {}) {
        auto search = root.search(module);
        search.nodes = std::move(nodes);
        return test::found_by(find_block_users, search);
    }
    test::HolderRoot root;
};

TEST_F(BlockDevicesTest, FindsSwapLoopsAndMappings) {
    const auto all = found("zram", {{true, 252, 0, "zram0", "name"},
                                    {true, 252, 1, "zram1", "name"},
                                    {false, 10, 1, "zram-control", "name"}});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].kind, HolderKind::Swap);
    EXPECT_EQ(all[0].what, "/dev/zram0");
    EXPECT_EQ(all[0].references, 2U);
    EXPECT_EQ(all[1].kind, HolderKind::Loop);
    EXPECT_EQ(all[1].what, "/dev/loop0");
    EXPECT_EQ(all[1].through, "/dev/zram1");
    EXPECT_EQ(all[2].kind, HolderKind::Disk);
    EXPECT_EQ(all[2].through, "/dev/dm-0 (secret)");
}

TEST_F(BlockDevicesTest, LaterKernelsOpenSwapOnce) {
    for (const char *release : {"6.11.0", "6.12.107+deb12-amd64", "7.2.13"}) {
        root.write("proc/sys/kernel/osrelease", release);
        EXPECT_EQ(found("zram", {{true, 252, 0, "zram0", "name"}})[0].references, 1U) << release;
    }
}

TEST_F(BlockDevicesTest, FindsDisksOfTheNetwork) {
    root.write("sys/block/nbd0/pid", "812\n");
    root.write("sys/block/nbd1/size", "0\n");
    const auto all = found("nbd");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].what, "/dev/nbd0");
    EXPECT_EQ(all[0].remedy, "nbd-client -d /dev/nbd0");
}

TEST_F(BlockDevicesTest, FindsTablesThatAreNotInForce) {
    auto search = root.search("dm_zero");
    search.mapped = std::vector<MappedDisk>{{"plain", 1, {"linear"}, {}, true},
                                            {"plain", 1, {"zero"}, {}, false}};
    auto all = test::found_by(find_block_users, search);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].references, 1U);
    EXPECT_EQ(all[0].through, "of which a table is not in force yet");
    EXPECT_EQ(all[0].remedy, "dmsetup clear plain");
    search.module.name = "dm_mod"_module;
    all = test::found_by(find_block_users, search);
    ASSERT_EQ(all.size(), 1U); // which the disk holds itself, and not its tables
    EXPECT_EQ(all[0].references, 2U);
}

TEST_F(BlockDevicesTest, FindsPartsOfMappedDisks) {
    auto search = root.search("dm_zero");
    search.mapped = std::vector<MappedDisk>{
        {"plain", 1, {"linear", "zero", "zero"}, {"round-robin", "round-robin", "raid6_nr"}},
        {"secret", 0, {"crypt"}, {"smq", "core"}}};
    auto all = test::found_by(find_block_users, search);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].references, 2U);
    EXPECT_EQ(all[0].remedy, "dmsetup remove plain");
    search.module.name = "dm_mod"_module;
    all = test::found_by(find_block_users, search);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].references, 1U);
    EXPECT_EQ(all[1].references, 2U); // and its linear part
    const auto references = [&](const char *module) {
        search.module.name = ModuleName(module);
        const auto disks = test::found_by(find_block_users, search);
        return disks.empty() ? 0 : disks[0].references;
    };
    EXPECT_EQ(references("dm_round_robin"), 2U);
    EXPECT_EQ(references("dm_cache_smq"), 1U);
    EXPECT_EQ(references("dm_log"), 1U);
    EXPECT_EQ(references("raid456"), 1U);
    EXPECT_EQ(references("dm_queue_length"), 0U);
}

TEST_F(BlockDevicesTest, TellsWhatStandsOnTheDisksAbove) {
    root.write("sys/class/block/dm-0/dev", "253:0\n");
    root.write("proc/self/mountinfo", "36 21 253:0 / /mnt/on rw - ext4 /dev/dm-0 rw\n");
    const auto all = found("zram", {{true, 252, 1, "zram1", "name"}});
    const auto mount = std::ranges::find(all, HolderKind::Mount, &Holder::kind);
    ASSERT_NE(mount, all.end());
    EXPECT_EQ(mount->references, 0U);
    EXPECT_EQ(mount->remedy, "umount /mnt/on");
}

TEST_F(BlockDevicesTest, FindsWhatTheModuleMakesUp) {
    ASSERT_EQ(found("loop").size(), 1U);
    EXPECT_EQ(found("loop")[0].what, "/dev/loop0");
    ASSERT_EQ(found("dm_mod").size(), 2U);
    EXPECT_EQ(found("dm_mod")[0].what, "/dev/dm-0 (secret)");
    EXPECT_EQ(found("dm_mod")[0].references, 1U);
    EXPECT_EQ(found("dm_mod")[1].references, 2U); // and its linear target
    EXPECT_EQ(found("dm_crypt").size(), 1U);
    EXPECT_EQ(found("raid456").size(), 1U);
    EXPECT_TRUE(found("raid1").empty());
}

} // namespace
} // namespace mk
