// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class ZramTest : public testing::Test {
  protected:
    ZramTest() {
        root.write("sys/block/zram0/initstate", "1\n");
        root.write("sys/block/zram0/comp_algorithm", "lzo [zstd] lz4\n");
        root.write("sys/block/zram1/initstate", "0\n"); // not set up
        root.write("sys/block/zram1/comp_algorithm", "[lz4]\n");
        root.process("self", "modkeeper");
    }
    std::vector<Holder> found(const std::string &algorithm) {
        HolderList list{ModuleName(algorithm), 3, {}, {}};
        find_zram_with(root.search(algorithm), {algorithm}, list);
        return list.holders;
    }
    test::HolderRoot root;
};

TEST_F(ZramTest, MayUseAlgorithms) {
    const auto all = found("zstd");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].kind, HolderKind::Disk);
    EXPECT_EQ(all[0].what, "/dev/zram0");
    EXPECT_EQ(all[0].through, "which compresses with zstd");
    EXPECT_EQ(all[0].references, 0U); // the algorithm has them
    EXPECT_EQ(all[0].remedy, "echo 1 > /sys/block/zram0/reset");
    EXPECT_TRUE(found("lz4").empty());
    root.write("sys/block/zram0/recomp_algorithm", "#1: lzo [lz4]\n");
    EXPECT_EQ(found("lz4").size(), 1U);
}

TEST_F(ZramTest, IsInUse) {
    root.write("proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 9 0 -2\n");
    root.write("proc/self/mountinfo", "36 21 252:0 / /mnt/a rw - ext4 /dev/zram0 rw\n"
                                      "37 21 252:1 / /mnt/b rw - ext4 /dev/zram1 rw\n");
    const auto all = found("zstd");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].kind, HolderKind::Swap);
    EXPECT_EQ(all[1].kind, HolderKind::Mount);
    EXPECT_EQ(all[1].remedy, "umount /mnt/a");
}

TEST_F(ZramTest, OfNewerKernelsHasItsOwn) {
    root.write("sys/block/zram0/algorithm_params", "");
    EXPECT_TRUE(found("zstd").empty());
}

} // namespace
} // namespace mk
