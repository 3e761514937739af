// SPDX-License-Identifier: GPL-2.0-only
#include "holders/routes_dump.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/lwtunnel.h>
#include <linux/nexthop.h>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

template <typename Number> std::string number(std::uint16_t type, Number value) {
    return attribute_of(type, {reinterpret_cast<const char *>(&value), sizeof value});
}

std::string encapsulation(std::uint16_t attribute = RTA_ENCAP_TYPE) {
    return number(attribute, std::uint16_t{LWTUNNEL_ENCAP_MPLS});
}

rtmsg route(unsigned char bits) {
    rtmsg body{};
    body.rtm_family = AF_INET;
    body.rtm_dst_len = bits;
    body.rtm_table = RT_TABLE_MAIN;
    return body;
}

TEST(RoutesDump, ReadsThoseIntoTunnels) {
    std::vector<TunnelRoute> found;
    EXPECT_TRUE(read_tunnel_routes(
        message_of(RTM_NEWROUTE, 0, route(24),
                   number(RTA_DST, htonl(0x0a090000)) + number(RTA_PRIORITY, 7U) +
                       encapsulation()) +
            message_of(RTM_NEWROUTE, 0, route(0)) +
            // that of a next hop, which is listed by itself
            message_of(RTM_NEWROUTE, 0, route(0), number(RTA_NH_ID, 3U) + encapsulation()) +
            message_of(RTM_NEWNEXTHOP, 0, nhmsg{},
                       number(NHA_ID, 3U) + encapsulation(NHA_ENCAP_TYPE)),
        found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0],
              (TunnelRoute{AF_INET, "10.9.0.0/24", RT_TABLE_MAIN, 7, 0, {LWTUNNEL_ENCAP_MPLS}}));
    EXPECT_EQ(found[1].next_hop, 3U);
}

TEST(RoutesDump, ReadsEachOfSeveralWays) {
    rtnexthop way{};
    const auto inner = encapsulation();
    way.rtnh_len = static_cast<unsigned short>(sizeof way + inner.size());
    const auto one = std::string(reinterpret_cast<const char *>(&way), sizeof way) + inner;
    std::vector<TunnelRoute> found;
    read_tunnel_routes(
        message_of(RTM_NEWROUTE, 0, route(0), attribute_of(RTA_MULTIPATH, one + one + "cut")),
        found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].destination, "default");
    EXPECT_EQ(found[0].encapsulations.size(), 2U);
}

} // namespace
} // namespace mk
