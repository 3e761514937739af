// SPDX-License-Identifier: GPL-2.0-only
#include "holders/holder_text.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

Holder holder(HolderKind kind, const std::string &what, const std::string &through = {}) {
    Holder made;
    made.kind = kind;
    made.what = what;
    made.through = through;
    made.references = 1;
    return made;
}

Holder of_process(Holder made) {
    made.pid = 312;
    made.command = "losetup";
    return made;
}

TEST(HolderText, NamesTheThingThenTheProcess) {
    EXPECT_EQ(text_of(holder(HolderKind::Swap, "/dev/zram0")), "/dev/zram0");
    EXPECT_EQ(text_of(of_process(holder(HolderKind::File, "/dev/loop0"))),
              "/dev/loop0, opened by losetup (pid 312)");
    EXPECT_EQ(text_of(of_process(holder(HolderKind::Mapping, "/dev/mk"))),
              "/dev/mk, mapped by losetup (pid 312)");
    EXPECT_EQ(text_of(holder(HolderKind::Module, "high", "low")), "high, which uses low");
    auto mount = holder(HolderKind::Mount, "ext4", "/dev/zram0");
    mount.mount_point = "/mnt";
    EXPECT_EQ(text_of(of_process(mount)),
              "/mnt (ext4 from /dev/zram0), in the mount namespace of losetup (pid 312)");
    mount.through = "codepage=437";
    EXPECT_EQ(text_of(mount), "/mnt (ext4 with codepage=437)");
    mount.through = "of which it is perhaps a layer";
    EXPECT_EQ(text_of(mount), "/mnt (ext4, of which it is perhaps a layer)");
    mount.through = "with a=b in the mount namespace that /run/box keeps";
    EXPECT_EQ(text_of(mount), "/mnt (ext4, with a=b in the mount namespace that /run/box keeps)");
    EXPECT_EQ(text_of(of_process(holder(HolderKind::Socket, "socket:[7]", "queue 5"))),
              "socket:[7], queue 5, opened by losetup (pid 312)");
    EXPECT_EQ(text_of(holder(HolderKind::Route, "to 10.9.0.0/24")), "to 10.9.0.0/24");
    EXPECT_EQ(text_of(holder(HolderKind::Loop, "/dev/loop1", "/a b")),
              "/dev/loop1, to which \"/a b\" is attached");
}

TEST(HolderText, QuotesWhatOthersChoose) {
    auto made = of_process(holder(HolderKind::File, "/dev/mk\nswap /dev/sda"));
    made.command = "x) and (y";
    EXPECT_EQ(text_of(made), "\"/dev/mk\\x0aswap /dev/sda\", opened by \"x) and (y\" (pid 312)");
}

TEST(HolderText, SaysHowMuchIsExplained) {
    HolderList list{"mk"_module, 3, {holder(HolderKind::Swap, "/dev/mk0")}, {}};
    EXPECT_EQ(unexplained(list).substr(0, 31), "1 of 3 references is explained;");
    list.references = 1;
    EXPECT_EQ(unexplained(list), "");
}

TEST(HolderText, ListsOnlySomeOfMany) {
    HolderList list{"mk"_module, 30, {}, {}};
    list.holders.resize(30, holder(HolderKind::Swap, "/dev/mk0"));
    list.holders.push_back(holder(HolderKind::Module, "user"));
    const auto held = held_by(list);
    ASSERT_EQ(held.clauses.size(), 20U);
    EXPECT_EQ(held.clauses[0], "swap /dev/mk0");
    ASSERT_FALSE(held.rest.empty());
    EXPECT_EQ(held.rest[0], "10 more");
}

TEST(HolderText, WhoeverSeesSomeOnlyDoesNotBlameTheKernel) {
    HolderList list{"mk"_module, 2, {of_process(holder(HolderKind::File, "/dev/mk"))}, {}};
    list.holders[0].references = 1;
    EXPECT_NE(text_of(held_by(list)).find("code of the kernel"), std::string::npos);
    list.unchecked = {"processes of other users"};
    const auto held = held_by(list);
    EXPECT_EQ(held.rest, list.unchecked);
    EXPECT_NE(held.remedy.find("\"modkeeper holders mk\", as root"), std::string::npos);
}

} // namespace
} // namespace mk
