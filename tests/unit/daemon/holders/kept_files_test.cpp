// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class KeptFilesTest : public testing::Test {
  protected:
    KeptFilesTest() {
        root.process("7", "server");
        root.write("proc/7/fdinfo/3", "pos:\t0\nUserFiles:\t3\n    0: tun\n    1: <none>\n"
                                      "    2: /dev/null\nUserBufs:\t1\n    0: tun\n");
        root.link("socket:[5]", "proc/7/fd/4");
        root.link("socket:[6]", "proc/7/fd/5");
        root.write("proc/7/fdinfo/4", "pos:\t0\nino:\t5\nscm_fds: 2\n");
        root.write("proc/7/fdinfo/5", "pos:\t0\nino:\t6\nscm_fds: 0\n");
        search = root.search("tun");
        search.nodes = {{false, 10, 200, "net/tun", "alias"}};
        search.special = {{7, 3, "anon_inode:[io_uring]"}, {7, 9, "anon_inode:[eventfd]"}};
    }
    test::HolderRoot root;
    HolderSearch search;
};

TEST_F(KeptFilesTest, AreRegisteredOrOnTheirWay) {
    const auto found = test::found_by(find_kept_files, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, HolderKind::File);
    EXPECT_EQ(found[0].what, "/dev/net/tun");
    EXPECT_EQ(found[0].through, "registered with io_uring");
    EXPECT_EQ(found[0].fd, 3);
    EXPECT_EQ(found[0].references, 2U); // it has a socket
    EXPECT_EQ(found[1].kind, HolderKind::Socket);
    EXPECT_EQ(found[1].what, "socket:[5]");
    EXPECT_EQ(found[1].through, "with 2 files on the way, perhaps of it");
    EXPECT_EQ(found[1].pid, 7U);
    EXPECT_EQ(found[1].references, 4U);
}

TEST_F(KeptFilesTest, HoldOnceWhatHasNoNumberOfItsOwn) {
    search.nodes = {{false, 10, 223, "uinput", "alias"}};
    EXPECT_EQ(test::found_by(find_kept_files, search).at(0).references, 2U); // two on their way
    search.nodes = {{false, 240, 0, "own0", "name"}};
    EXPECT_EQ(test::found_by(find_kept_files, search).at(0).references, 4U);
    search.holding[{false, {240, 0}}] = "own0";
    EXPECT_EQ(test::found_by(find_kept_files, search).at(0).references, 2U);
}

TEST_F(KeptFilesTest, AreSoughtIfSomethingIsLeft) {
    search.module.references = 1;
    EXPECT_EQ(test::found_by(find_kept_files, search).size(), 1U);
    search.module.references = 0;
    EXPECT_TRUE(test::found_by(find_kept_files, search).empty());
    search.module.references = 9;
    search.nodes.clear(); // it has no files
    EXPECT_TRUE(test::found_by(find_kept_files, search).empty());
}

} // namespace
} // namespace mk
