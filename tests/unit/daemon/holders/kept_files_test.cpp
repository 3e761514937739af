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
    EXPECT_EQ(found[0].through, "registered with io_uring, by its last name");
    EXPECT_EQ(found[0].fd, 3);
    EXPECT_EQ(found[0].references, 2U); // it has a socket
    EXPECT_EQ(found[1].kind, HolderKind::Socket);
    EXPECT_EQ(found[1].what, "socket:[5]");
    EXPECT_EQ(found[1].through, "with 2 files on the way, perhaps of it");
    EXPECT_EQ(found[1].pid, 7U);
}

// Other files may be on their way as well.
TEST_F(KeptFilesTest, OnTheirWayExplainNothing) {
    auto found = test::found_by(find_kept_files, search);
    EXPECT_EQ(found.at(1).references, 0U);
    EXPECT_TRUE(found[1].is_likely);
    root.write("proc/7/fdinfo/5", "pos:\t0\nino:\t6\nscm_fds: 1\n");
    found = test::found_by(find_kept_files, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_FALSE(found[1].is_likely) << "nobody is to end one of them for that";
    EXPECT_FALSE(found[2].is_likely);
}

TEST_F(KeptFilesTest, HoldOnceWhatHasNoNumberOfItsOwn) {
    const auto references = [&] {
        return test::found_by(find_kept_files, search).at(0).references;
    };
    root.write("proc/7/fdinfo/3", "UserFiles:\t3\n    0: uinput\n    1: own0\n");
    search.nodes = {{false, 10, 223, "uinput", "alias"}};
    EXPECT_EQ(references(), 1U);
    search.nodes = {{false, 240, 0, "own0", "name"}};
    EXPECT_EQ(references(), 2U);
    search.holding[{false, {240, 0}}] = "own0";
    EXPECT_EQ(references(), 1U);
}

TEST_F(KeptFilesTest, AreKnownByTheWholePathWhereThatIsTold) {
    root.write("proc/7/fdinfo/3", "UserFiles:\t2\n    0: /home/tun\n    1: /dev/net/tun\n"
                                  "    2: /tun\n");
    const auto found = test::found_by(find_kept_files, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].through, "registered with io_uring");
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
