// SPDX-License-Identifier: GPL-2.0-only
#include "holders/switch_ports_dump.hpp"

#include <gtest/gtest.h>
#include <linux/openvswitch.h>

#include "system/generic_netlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string text(std::uint16_t type, const std::string &value) {
    return attribute_of(type, value + '\0');
}

// Of a switch of this number.
std::string about(int number, const std::string &attributes) {
    const std::string head(reinterpret_cast<const char *>(&number), sizeof number);
    return message_of(64, 0, genlmsghdr{}, head + attributes);
}

std::string port(const std::string &name, std::uint32_t type) {
    return about(7, text(OVS_VPORT_ATTR_NAME, name) +
                        attribute_of(OVS_VPORT_ATTR_TYPE,
                                     {reinterpret_cast<const char *>(&type), sizeof type}));
}

TEST(SwitchPortsDump, ReadsSwitches) {
    std::vector<SwitchDatapath> found;
    EXPECT_TRUE(read_datapaths(
        about(7, text(OVS_DP_ATTR_NAME, "one")) + about(8, text(OVS_DP_ATTR_NAME, "two")), found));
    EXPECT_EQ(found, (std::vector<SwitchDatapath>{{7, "one"}, {8, "two"}}));
    EXPECT_FALSE(read_datapaths(message_of(NLMSG_DONE, 0, genlmsghdr{}), found));
}

TEST(SwitchPortsDump, ReadsPorts) {
    std::vector<SwitchPort> found;
    EXPECT_TRUE(read_switch_ports(port("eth0", 1) + port("vx", 4), "one", found));
    EXPECT_EQ(found, (std::vector<SwitchPort>{{"one", "eth0", 1}, {"one", "vx", 4}}));
}

TEST(SwitchPortsDump, BelievesNothingThatIsCutShort) {
    const auto bytes = port("eth0", 1);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<SwitchPort> found;
        read_switch_ports(std::string_view(bytes).substr(0, size), "one", found);
        std::vector<SwitchDatapath> datapaths;
        read_datapaths(std::string_view(bytes).substr(0, size), datapaths);
        EXPECT_TRUE(found.empty() && datapaths.empty()) << size;
    }
}

TEST(SwitchPortsDump, AsksThisKernel) {
    dump_switch_ports(); // there may be none
}

} // namespace
} // namespace mk
