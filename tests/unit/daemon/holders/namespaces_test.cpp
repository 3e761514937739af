// SPDX-License-Identifier: GPL-2.0-only
#include "holders/namespaces.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Namespaces, NamesOneProcessForEach) {
    test::HolderRoot root;
    root.process("self", "modkeeper");
    root.process("2", "one");
    root.process("10", "two", "mnt:[5]");
    root.process("9", "three", "mnt:[5]");
    root.write("proc/11/comm", "hidden\n"); // may not be looked into
    const auto found = namespaces_in(root.path(), "mnt");
    ASSERT_EQ(found.all.size(), 2U);
    EXPECT_TRUE(found.all[0].is_own);
    EXPECT_EQ(found.all[0].inode, 1U);
    EXPECT_EQ(found.all[1].inode, 5U);
    EXPECT_EQ(found.all[1].pid, 9U);
    EXPECT_FALSE(found.cut);
}

TEST(Namespaces, NamesFilesThatKeepOthers) {
    test::HolderRoot root;
    root.process("self", "modkeeper");
    root.process("9", "one", "mnt:[5]");
    root.write("proc/self/mountinfo", "1 0 0:4 mnt:[5] /run/a rw - nsfs nsfs rw\n"
                                      "2 0 0:4 mnt:[6] /run/b rw - nsfs nsfs rw\n"
                                      "3 0 0:4 mnt:[6] /run/c rw - nsfs nsfs rw\n"
                                      "6 0 0:9 mnt:[8] /run/e rw - ext4 /dev/sdb rw\n"
                                      "4 0 0:4 net:[7] /run/my\\040d rw - nsfs nsfs rw\n"
                                      "5 0 8:1 / /mnt rw - ext4 /dev/sda1 rw\n");
    const auto mounts = namespaces_in(root.path(), "mnt").all;
    ASSERT_EQ(mounts.size(), 3U); // one that a process is in is known by it
    EXPECT_EQ(mounts[2].inode, 6U);
    EXPECT_EQ(mounts[2].pid, 0U);
    EXPECT_EQ(mounts[2].path, "/run/b");
    const auto networks = namespaces_in(root.path(), "net").all;
    ASSERT_EQ(networks.size(), 2U);
    EXPECT_EQ(networks[1].path, "/run/my d");
}

Namespace own_network() {
    Namespace space;
    struct stat status {};
    if (stat("/proc/self/ns/net", &status) == 0)
        space.inode = status.st_ino;
    space.pid = static_cast<std::uint32_t>(getpid());
    return space;
}

TEST(Namespaces, AreOpenedIfTheFileIsTheirs) {
    auto space = own_network();
    EXPECT_TRUE(open_namespace(space, "net"));
    EXPECT_FALSE(open_namespace(space, "mnt")); // another one
    ++space.inode;
    EXPECT_FALSE(open_namespace(space, "net")) << "another process has the number by now";
}

// A pipe that nobody writes to would keep whoever opens it waiting.
TEST(Namespaces, OtherFilesAreNotOpened) {
    test::TemporaryFolder folder;
    auto space = own_network();
    space.pid = 0;
    space.path = folder / "pipe";
    ASSERT_EQ(mkfifo(space.path.c_str(), 0600), 0);
    EXPECT_FALSE(open_namespace(space, "net"));
    space.path = folder.write("file", "");
    EXPECT_FALSE(open_namespace(space, "net"));
    space.path = folder / "nothing";
    EXPECT_FALSE(open_namespace(space, "net"));
}

} // namespace
} // namespace mk
