// SPDX-License-Identifier: GPL-2.0-only
#include "holders/network.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(Network, ReadsOnlyWhatMayHoldTheModule) {
    EXPECT_FALSE(network_interest("zram"_module, {"devname:zram"}).any());
    EXPECT_TRUE(network_interest("sch_sfq"_module, {}).traffic);
    EXPECT_EQ(network_interest("act_mirred"_module, {}).action_kind, "mirred");
    EXPECT_TRUE(network_interest("nft_ct"_module, {"nft-expr-ct"}).netfilter);
    EXPECT_TRUE(network_interest("nf_conntrack_ftp"_module, {"nfct-helper-ftp"}).netfilter);
    EXPECT_TRUE(network_interest("nf_tables"_module, {}).netfilter);
    EXPECT_TRUE(network_interest("nf_flow_table_inet"_module, {"nf-flowtable-1"}).netfilter);
    EXPECT_TRUE(network_interest("ip_set_hash_ip"_module, {}).sets);
    EXPECT_TRUE(network_interest("ip_vs_rr"_module, {}).services);
    EXPECT_TRUE(network_interest("nfnetlink"_module, {"net-pf-16-proto-12"}).sockets);
    EXPECT_TRUE(network_interest("esp4"_module, {"xfrm-type-2-50"}).associations);
    EXPECT_TRUE(network_interest("aesni_intel"_module, {"crypto-aes"}).associations);
    EXPECT_TRUE(network_interest("mpls_iptunnel"_module, {"rtnl-lwt-MPLS"}).routes);
    EXPECT_TRUE(network_interest("em_cmp"_module, {"ematch-kind-1"}).traffic);
    EXPECT_EQ(network_interest("nfnetlink_log"_module, {}).listeners, "nfnetlink_log");
    EXPECT_TRUE(network_interest("tcp_vegas"_module, {}).congestion_control);
    EXPECT_TRUE(network_interest("ts_bm"_module, {}).netfilter);
    EXPECT_TRUE(network_interest("nfnetlink_cttimeout"_module, {}).timeouts);
    EXPECT_FALSE(network_interest("nfnetlink_cttimeout"_module, {}).helpers);
    EXPECT_TRUE(network_interest("nfnetlink_cthelper"_module, {}).helpers);
    EXPECT_TRUE(network_interest("team_mode_random"_module, {}).interfaces);
    EXPECT_TRUE(network_interest("tun"_module, {}).interfaces);
    EXPECT_TRUE(network_interest("openvswitch"_module, {}).ports);
    EXPECT_TRUE(network_interest("vport_gre"_module, {}).ports);
    EXPECT_TRUE(read_networks({}).all.empty());
}

TEST(Network, BeginsWithThatOfTheCaller) {
    NetworkInterest interest;
    interest.congestion_control = true;
    const auto networks = read_networks(interest);
    ASSERT_FALSE(networks.all.empty());
    EXPECT_EQ(networks.all[0].where, "");
    EXPECT_EQ(networks.all[0].prefix, "");
    EXPECT_FALSE(networks.all[0].congestion_control.empty());
}

} // namespace
} // namespace mk
