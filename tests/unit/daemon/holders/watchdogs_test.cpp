// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class WatchdogsTest : public testing::Test {
  protected:
    WatchdogsTest() : search(root.search("softdog")) {
        root.write("sys/class/watchdog/watchdog0/state", "active\n");
        root.write("sys/class/watchdog/watchdog0/nowayout", "0\n");
        search.nodes = {{false, 250, 0, "watchdog0", "name"}, {false, 10, 130, "watchdog", "name"}};
    }
    test::HolderRoot root;
    HolderSearch search;
};

TEST_F(WatchdogsTest, RunOnThoughNothingHasThemOpen) {
    const auto found = test::found_by(find_watchdogs, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/dev/watchdog0");
    EXPECT_EQ(found[0].references, 2U); // its timer, and the file that was open
    EXPECT_EQ(found[0].remedy, "echo V > /dev/watchdog0");
    search.module.name = "iTCO_wdt"_module; // which does not hold itself
    EXPECT_EQ(test::found_by(find_watchdogs, search).at(0).references, 1U);
}

TEST_F(WatchdogsTest, CountAFileTwiceByTheNewName) {
    HolderList list{"softdog"_module, 3, {}, {}};
    Holder file;
    file.what = "/dev/watchdog0";
    file.references = 1;
    list.holders = {file};
    find_watchdogs(search, list);
    ASSERT_EQ(list.holders.size(), 2U);
    EXPECT_EQ(list.holders[0].references, 2U);
    EXPECT_EQ(list.holders[1].references, 1U);
}

TEST_F(WatchdogsTest, StopNeverIfThereIsNoWayOut) {
    root.write("sys/class/watchdog/watchdog0/nowayout", "1\n");
    EXPECT_EQ(test::found_by(find_watchdogs, search).at(0).remedy, "");
    root.write("sys/class/watchdog/watchdog0/state", "inactive\n");
    EXPECT_TRUE(test::found_by(find_watchdogs, search).empty());
}

} // namespace
} // namespace mk
