// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>
#include <linux/lwtunnel.h>
#include <sys/socket.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Routes, ThoseIntoTunnelsOfTheModuleHoldIt) {
    test::HolderRoot root;
    auto search = root.search("mpls_iptunnel");
    search.aliases = {"rtnl-lwt-MPLS"};
    search.networks = {{}};
    search.networks[0].routes = {
        {AF_INET, "10.9.0.0/24", 254, 0, 0, {LWTUNNEL_ENCAP_MPLS, LWTUNNEL_ENCAP_MPLS}},
        {AF_INET, "10.8.0.0/24", 254, 0, 0, {LWTUNNEL_ENCAP_IP}},
        {AF_INET6, "default", 100, 1024, 0, {LWTUNNEL_ENCAP_MPLS}},
        {AF_INET, "", 0, 0, 3, {LWTUNNEL_ENCAP_MPLS}}};
    const auto found = test::found_by(find_routes, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].kind, HolderKind::Route);
    EXPECT_EQ(found[0].what, "to 10.9.0.0/24");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(found[0].remedy, "ip route del 10.9.0.0/24");
    EXPECT_EQ(found[1].remedy, "ip -6 route del default table 100 metric 1024");
    EXPECT_EQ(found[2].remedy, "ip nexthop del id 3");
    search.aliases = {"rtnl-lwt-ILA"};
    EXPECT_TRUE(test::found_by(find_routes, search).empty());
}

} // namespace
} // namespace mk
