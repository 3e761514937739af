// SPDX-License-Identifier: GPL-2.0-only
#include "system/routing_netlink.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cstring>

namespace mk {
namespace {

template <typename T> std::string bytes_of(const T &value) {
    return {reinterpret_cast<const char *>(&value), sizeof value};
}

std::string padded(std::string bytes) {
    bytes.resize((bytes.size() + 3) & ~std::size_t{3}, '\0');
    return bytes;
}

std::string attribute(unsigned short type, const std::string &value) {
    return padded(
        bytes_of(rtattr{static_cast<unsigned short>(sizeof(rtattr) + value.size()), type}) + value);
}

std::string number(unsigned short type, std::uint32_t value) {
    return attribute(type, bytes_of(value));
}

template <typename Body>
std::string message(std::uint16_t type, const Body &body, const std::string &attributes) {
    const auto rest = padded(bytes_of(body)) + attributes;
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + rest.size());
    head.nlmsg_type = type;
    return bytes_of(head) + rest;
}

std::string link_of(int index, const std::string &name, unsigned flags,
                    const std::string &more = "") {
    ifinfomsg head{};
    head.ifi_index = index;
    head.ifi_flags = flags;
    return message(RTM_NEWLINK, head, attribute(IFLA_IFNAME, name + '\0') + more);
}

std::string route_of(unsigned char length, const std::string &attributes) {
    rtmsg head{};
    head.rtm_dst_len = length;
    head.rtm_type = RTN_UNICAST;
    return message(RTM_NEWROUTE, head, attributes);
}

std::string address_of(unsigned index, unsigned char scope, const std::string &attributes) {
    ifaddrmsg head{};
    head.ifa_family = AF_INET;
    head.ifa_prefixlen = 24;
    head.ifa_scope = scope;
    head.ifa_index = index;
    return message(RTM_NEWADDR, head, attributes);
}

TEST(RoutingNetlink, TellsInterfacesWithKindAndPlace) {
    std::vector<NetworkInterface> found;
    const auto kind = attribute(IFLA_LINKINFO | NLA_F_NESTED,
                                attribute(IFLA_INFO_KIND, std::string("dummy\0", 6)));
    EXPECT_TRUE(take_answer(link_of(2, "eth0", IFF_UP, number(IFLA_MASTER, 4)) +
                                link_of(3, "vlan0", 0, kind + number(IFLA_LINK, 2)),
                            found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "eth0");
    EXPECT_TRUE(found[0].is_up);
    EXPECT_EQ(found[0].master, 4U);
    EXPECT_EQ(found[0].kind, "");
    EXPECT_EQ(found[1].kind, "dummy");
    EXPECT_FALSE(found[1].is_up);
    EXPECT_EQ(found[1].lower, 2U);
}

TEST(RoutingNetlink, AnIndexOfAnotherNamespaceIsNoPlaceHere) {
    std::vector<NetworkInterface> found;
    take_answer(link_of(2, "a", 0, number(IFLA_LINK, 9) + number(IFLA_LINK_NETNSID, 0)), found);
    EXPECT_EQ(found.at(0).lower, 0U);
}

TEST(RoutingNetlink, TellsAddressesAndDefaultRoutes) {
    std::vector<NetworkInterface> found;
    take_answer(link_of(2, "a", IFF_UP) + link_of(3, "b", IFF_UP) + link_of(4, "c", IFF_UP), found);
    const std::string here("\xc0\x00\x02\x01", 4);
    take_answer(address_of(2, RT_SCOPE_UNIVERSE, attribute(IFA_LOCAL, here)) +
                    address_of(3, RT_SCOPE_LINK, attribute(IFA_LOCAL, here)),
                found);
    EXPECT_EQ(found[0].addresses, std::vector<std::string>{"192.0.2.1/24"});
    EXPECT_TRUE(found[1].addresses.empty());

    rtnexthop hop{};
    hop.rtnh_len = sizeof hop;
    hop.rtnh_ifindex = 4;
    take_answer(route_of(0, number(RTA_OIF, 2)) + route_of(24, number(RTA_OIF, 3)) +
                    route_of(0, attribute(RTA_MULTIPATH, bytes_of(hop))),
                found);
    EXPECT_TRUE(found[0].has_default_route);
    EXPECT_FALSE(found[1].has_default_route);
    EXPECT_TRUE(found[2].has_default_route);
}

TEST(RoutingNetlink, MessagesThatAreCutShortDoNoHarm) {
    const auto whole = link_of(2, "eth0", IFF_UP, number(IFLA_MASTER, 4)) +
                       route_of(0, attribute(RTA_MULTIPATH, std::string(3, '\0')));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::vector<NetworkInterface> found;
        take_answer(std::string_view(whole).substr(0, length), found);
        EXPECT_LE(found.size(), 1U);
    }
    nlmsghdr done{};
    done.nlmsg_len = sizeof done;
    done.nlmsg_type = NLMSG_DONE;
    std::vector<NetworkInterface> found;
    EXPECT_FALSE(take_answer(bytes_of(done), found));
}

// The loopback interface is everywhere.
TEST(RoutingNetlink, AsksTheKernel) {
    const auto found = network_interfaces();
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(interface_towards("127.0.0.1"), 1U);
    EXPECT_EQ(interface_towards("no address"), std::nullopt);
}

} // namespace
} // namespace mk
