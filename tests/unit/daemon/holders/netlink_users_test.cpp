// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(NetlinkUsers, AreToldWithTheirProcess) {
    test::HolderRoot root;
    root.process("7", "monitor");
    root.link("socket:[55]", "proc/7/fd/4");
    auto search = root.search("nfnetlink");
    search.aliases = {"net-pf-16-proto-12"};
    search.networks = {{}};
    search.networks[0].sockets = {{12, 7, 55}, {12, 4'000'000'000, 56}, {16, 7, 57}};
    const auto found = test::found_by(find_netlink_users, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].fd, 4);
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[1].pid, 0U); // who has it is not known
}

TEST(NetlinkUsers, ThoseWhoTakePacketsHoldTheModuleForThat) {
    test::HolderRoot root;
    root.process("7", "inspector");
    root.link("socket:[55]", "proc/7/fd/4");
    auto search = root.search("nfnetlink_queue");
    search.networks = {{}};
    search.networks[0].sockets = {{12, 7, 55}, {16, 9, 57}};
    search.networks[0].listeners = {{5, 7}, {6, 9}};
    const auto found = test::found_by(find_netlink_users, search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "socket:[55]");
    EXPECT_EQ(found[0].through, "queue 5");
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[1].what, "netlink port 9");
    EXPECT_EQ(found[1].references, 1U);
}

} // namespace
} // namespace mk
