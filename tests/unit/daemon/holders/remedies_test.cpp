// SPDX-License-Identifier: GPL-2.0-only
#include "holders/remedies.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

Holder holder(HolderKind kind, const std::string &what, std::uint32_t pid = 0) {
    Holder holder;
    holder.kind = kind;
    holder.what = what;
    holder.pid = pid;
    return holder;
}

TEST(Remedies, ComeInAnOrderThatWorks) {
    test::HolderRoot root;
    root.write("proc/7/status", "PPid:\t5\n");
    HolderList list{"zram"_module, 5, {}, {}};
    list.holders = {
        holder(HolderKind::Module, "user"),        holder(HolderKind::Loop, "/dev/loop0"),
        holder(HolderKind::Swap, "/dev/zram0"),    holder(HolderKind::File, "/dev/zram1", 7),
        holder(HolderKind::File, "/dev/zram2", 7), holder(HolderKind::Algorithm, "md4-generic")};
    add_remedies(root.search("zram"), list);
    EXPECT_EQ(remedies_of(list),
              (std::vector<std::string>{"kill 7", "swapoff /dev/zram0", "losetup -d /dev/loop0",
                                        "modkeeper unload user"}));
}

TEST(Remedies, HaveNothingThatCannotBeSeen) {
    test::HolderRoot root;
    HolderList list{"mkfs"_module, 1, {}, {}};
    list.holders = {holder(HolderKind::Mount, "mkfs"), holder(HolderKind::Mount, "mkfs")};
    list.holders[0].remedy = "umount '/mnt/a\nb'";
    list.holders[1].remedy = "umount '/mnt/a b'";
    add_remedies(root.search("mkfs"), list);
    EXPECT_EQ(remedies_of(list), std::vector<std::string>{"umount '/mnt/a b'"});
}

TEST(Remedies, AreNoneForWhatMayHoldSomethingElse) {
    test::HolderRoot root;
    root.write("proc/7/status", "PPid:\t5\n");
    HolderList list{"tun"_module, 1, {holder(HolderKind::Socket, "socket:[5]", 7)}, {}};
    list.holders[0].is_likely = false;
    add_remedies(root.search("tun"), list);
    EXPECT_TRUE(remedies_of(list).empty());
    list.holders[0].is_likely = true;
    add_remedies(root.search("tun"), list);
    EXPECT_EQ(remedies_of(list), std::vector<std::string>{"kill 7"});
}

TEST(Remedies, AreNoneForTheRootFileSystem) {
    HolderList list{"overlay"_module, 1, {}, {}};
    list.holders = {holder(HolderKind::Mount, "overlay"), holder(HolderKind::File, "/a", 7)};
    list.holders[0].mount_point = "/";
    list.holders[1].remedy = "kill 7";
    EXPECT_TRUE(remedies_of(list).empty());
    list.holders[0].mount_point = "/mnt";
    EXPECT_EQ(remedies_of(list).size(), 1U);
}

TEST(Remedies, UnloadModulesTogether) {
    HolderList list{"nf_nat"_module, 2, {}, {}};
    list.holders = {holder(HolderKind::Module, "xt_nat"),
                    holder(HolderKind::Module, "iptable_nat")};
    test::HolderRoot root;
    add_remedies(root.search("nf_nat"), list);
    EXPECT_EQ(list.holders[0].remedy, "modkeeper unload xt_nat");
    EXPECT_EQ(remedies_of(list), std::vector<std::string>{"modkeeper unload xt_nat iptable_nat"});
}

TEST(Remedies, OfDisksThatStandOnOthers) {
    test::HolderRoot root;
    root.write("sys/block/dm-0/dm/name", "my disk\n");
    root.write("sys/block/dm-1/dm/name", "-f\n");
    root.write("sys/block/md0/md/level", "raid1\n");
    root.write("sys/block/loop0/loop/backing_file", "/a\n");
    EXPECT_EQ(end_of_disk(root.path(), "dm-0"), "dmsetup remove 'my disk'");
    EXPECT_EQ(end_of_disk(root.path(), "dm-1"), "dmsetup remove -- -f");
    EXPECT_EQ(end_of_disk(root.path(), "md0"), "mdadm --stop /dev/md0");
    EXPECT_EQ(end_of_disk(root.path(), "loop0"), "losetup -d /dev/loop0");
    EXPECT_EQ(end_of_disk(root.path(), "sda"), "");
}

} // namespace
} // namespace mk
