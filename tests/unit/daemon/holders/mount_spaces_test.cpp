// SPDX-License-Identifier: GPL-2.0-only
#include "holders/mount_spaces.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

const Namespace kept{6, 0, false, {}, "/run/kept/my box"};

TEST(MountSpaces, ThatMayNotBeEnteredSayNothing) {
    test::HolderRoot root;
    EXPECT_EQ(mounts_in(root.path(), kept), std::nullopt);
    root.write("run/kept/my box", "1 0 0:43 / / rw - ext4 /dev/sda1 rw\n");
    EXPECT_EQ(mounts_in(root.path(), kept).value().size(), 1U);
    const Namespace elsewhere{6, 0, false, {}, "/nothing"};
    EXPECT_EQ(mounts_in("", elsewhere), std::nullopt);
}

TEST(MountSpaces, AreWhereRemediesAreTyped) {
    Holder own;
    own.through = "/dev/sda1";
    own.remedy = "umount /mnt";
    auto holder = own;
    set_place(own, "", {1, 0, true, {}, {}});
    EXPECT_EQ(own, holder);
    set_place(holder, "", kept);
    EXPECT_EQ(holder.name_space, 6U);
    EXPECT_FALSE(holder.is_public);
    EXPECT_EQ(holder.through,
              "on /dev/sda1 in the mount namespace that \"/run/kept/my box\" keeps");
    EXPECT_EQ(holder.remedy, "nsenter --mount='/run/kept/my box' umount /mnt");
}

TEST(MountSpaces, KeepWhatWasSaid) {
    Holder holder;
    holder.through = "vers=4.2";
    set_place(holder, "", {6, 0, false, {}, "/run/box"});
    EXPECT_EQ(holder.through, "with vers=4.2 in the mount namespace that /run/box keeps");
    EXPECT_EQ(holder.remedy, ""); // which nobody knows
}

TEST(MountSpaces, OfAProcessNameIt) {
    test::HolderRoot root;
    root.process("7", "box", "mnt:[5]");
    Holder holder;
    holder.remedy = "umount /d";
    set_place(holder, root.path(), {5, 7, false, {}, {}});
    EXPECT_EQ(holder.pid, 7U);
    EXPECT_EQ(holder.command, "box");
    EXPECT_EQ(holder.user, std::nullopt);
    EXPECT_EQ(holder.remedy, "nsenter -t 7 -m umount /d");
}

} // namespace
} // namespace mk
