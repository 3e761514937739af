// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class NodeFilesTest : public testing::Test {
  protected:
    NodeFilesTest() : search(root.search("snd_mk")) {
        root.process("7", "player");
        root.link("/dev/snd/pcmC0D0p", "proc/7/fd/3");
        root.link("/dev/input/event3", "proc/7/fd/4");
        root.link("socket:[12]", "proc/7/fd/5");
        root.link("/dev/null", "proc/7/fd/6");
        root.link("../../class/sound", "sys/dev/char/116:2/subsystem");
        root.link("../../class/input", "sys/dev/char/13:67/subsystem");
        search.nodes = {{false, 116, 2, "snd/pcmC0D0p", "driver"},
                        {false, 13, 67, "input/event3", "driver"}};
    }
    test::HolderRoot root;
    HolderSearch search;
};

TEST_F(NodeFilesTest, FindsThoseWhoseOperationsBelongToOthers) {
    search.driver = driver::Holders{};
    const auto found = test::found_by(find_node_files, search);
    ASSERT_EQ(found.size(), 1U); // an input device may go while it is open
    EXPECT_EQ(found[0].what, "/dev/snd/pcmC0D0p");
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].fd, 3);
    EXPECT_EQ(found[0].command, "player");
    EXPECT_EQ(found[0].references, 1U);
}

TEST_F(NodeFilesTest, LeavesOutWhatTheDriverHasTold) {
    driver::Holder known;
    known.process = 7;
    known.fd = 3;
    search.driver = driver::Holders{{known}, false};
    EXPECT_TRUE(test::found_by(find_node_files, search).empty());
}

TEST_F(NodeFilesTest, LooksOnlyForWhatIsNotExplained) {
    search.driver = driver::Holders{};
    HolderList list{"snd_mk", 0, {}, {}};
    find_node_files(search, list);
    EXPECT_TRUE(list.holders.empty());
}

TEST_F(NodeFilesTest, FindsAllNodesWithoutTheDriver) {
    EXPECT_EQ(test::found_by(find_node_files, search).size(), 2U);
}

TEST_F(NodeFilesTest, CountsATerminalOnce) {
    root.link("/dev/ttyMK0", "proc/7/fd/8");
    root.link("/dev/ttyMK0", "proc/7/fd/9");
    search.nodes = {{false, 204, 64, "ttyMK0", "driver"}};
    const auto found = test::found_by(find_node_files, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].references + found[1].references, 1U);
}

} // namespace
} // namespace mk
