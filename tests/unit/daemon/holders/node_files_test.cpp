// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

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
        has({{false, 116, 2, "snd/pcmC0D0p", "driver"}, {false, 13, 67, "input/event3", "driver"}});
    }
    void has(const std::vector<DeviceNode> &nodes) {
        search.nodes = nodes;
        search.holding = holding_nodes(nodes, root.path());
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
    search.driver = driver::Holders{{known}, false, false};
    EXPECT_TRUE(test::found_by(find_node_files, search).empty());
}

TEST_F(NodeFilesTest, LooksOnlyForWhatIsNotExplained) {
    search.driver = driver::Holders{};
    HolderList list{"snd_mk"_module, 0, {}, {}};
    find_node_files(search, list);
    EXPECT_TRUE(list.holders.empty());
}

TEST_F(NodeFilesTest, FindsAllNodesWithoutTheDriver) {
    EXPECT_EQ(test::found_by(find_node_files, search).size(), 2U);
}

TEST_F(NodeFilesTest, TakesWhatTheDriverSays) {
    driver::Holder open;
    open.kind = driver::Holder::Kind::Node;
    open.process = 7;
    open.fd = 12;
    open.node = {116, 2};
    auto mapped = open;
    mapped.fd = -1;
    auto other = open;
    other.node = {13, 67}; // which was not asked for
    search.driver = driver::Holders{{open, mapped, other}, false, true};
    const auto found = test::found_by(find_node_files, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "/dev/snd/pcmC0D0p");
    EXPECT_EQ(found[0].fd, 12);
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[1].kind, HolderKind::Mapping);
    EXPECT_EQ(found[1].references, 0U); // it is the same file
}

TEST_F(NodeFilesTest, TellsFilesThatAreStoredOnADisk) {
    has({{true, 252, 0, "zram0", "name"}});
    search.holding = all_nodes(search.nodes);
    driver::Holder stored;
    stored.kind = driver::Holder::Kind::Node;
    stored.process = 7;
    stored.fd = 12;
    stored.file_system = {252, 0};
    stored.name = "/mnt/file";
    search.driver = driver::Holders{{stored, stored}, false, true};
    search.module.references = 0; // its mount explains all
    auto found = test::found_by(find_node_files, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/mnt/file");
    EXPECT_EQ(found[0].references, 0U);
    for (int fd = 13; fd < 100; ++fd) {
        stored.name = "/mnt/" + std::to_string(fd);
        search.driver->all.push_back(stored);
    }
    EXPECT_TRUE(test::found_by(find_node_files, search).empty());
}

TEST_F(NodeFilesTest, CountsATerminalOnce) {
    root.link("/dev/ttyMK0", "proc/7/fd/8");
    root.link("/dev/ttyMK0", "proc/7/fd/9");
    has({{false, 204, 64, "ttyMK0", "driver"}});
    const auto found = test::found_by(find_node_files, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].references + found[1].references, 1U);
}

} // namespace
} // namespace mk
