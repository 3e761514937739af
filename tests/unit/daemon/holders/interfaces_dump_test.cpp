// SPDX-License-Identifier: GPL-2.0-only
#include "holders/interfaces_dump.hpp"

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/if_team.h>
#include <net/if.h>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string text(std::uint16_t type, const std::string &value) {
    return attribute_of(type, value + '\0');
}

std::string link(int number, unsigned flags, const std::string &name, const std::string &info) {
    ifinfomsg body{};
    body.ifi_index = number;
    body.ifi_flags = flags;
    return message_of(RTM_NEWLINK, 0, body,
                      text(IFLA_IFNAME, name) + attribute_of(IFLA_LINKINFO, info));
}

std::string links() {
    const std::string persistent = attribute_of(IFLA_TUN_PERSIST, "\1");
    return link(2, IFF_UP, "tap0",
                text(IFLA_INFO_KIND, "tun") + attribute_of(IFLA_INFO_DATA, persistent)) +
           link(3, 0, "team0", text(IFLA_INFO_KIND, "team")) + link(4, IFF_UP, "eth0", "");
}

TEST(InterfacesDump, ReadsThoseThatHaveASort) {
    std::vector<HoldingInterface> found;
    EXPECT_TRUE(read_interfaces(links(), found));
    EXPECT_EQ(found, (std::vector<HoldingInterface>{{2, "tap0", "tun", true, true, ""},
                                                    {3, "team0", "team", false, false, ""}}));
}

TEST(InterfacesDump, BelievesNothingThatIsCutShort) {
    const auto bytes = link(3, 0, "team0", text(IFLA_INFO_KIND, "team"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<HoldingInterface> found;
        read_interfaces(std::string_view(bytes).substr(0, size), found);
        EXPECT_TRUE(found.empty()) << size;
    }
}

TEST(InterfacesDump, ReadsTheModeOfATeam) {
    const auto option = [](const std::string &name, const std::string &value) {
        return attribute_of(TEAM_ATTR_ITEM_OPTION,
                            text(TEAM_ATTR_OPTION_NAME, name) + text(TEAM_ATTR_OPTION_DATA, value));
    };
    const auto answer = [&](const std::string &options) {
        return message_of(64, 0, genlmsghdr{}, attribute_of(TEAM_ATTR_LIST_OPTION, options));
    };
    EXPECT_EQ(read_team_mode(answer(option("user_linkup", "1") + option("mode", "random"))),
              "random");
    EXPECT_EQ(read_team_mode(answer(option("user_linkup", "1"))), "");
    EXPECT_EQ(read_team_mode(""), "");
}

TEST(InterfacesDump, AsksTheKernel) {
    for (const auto &one : dump_interfaces())
        EXPECT_FALSE(one.name.empty());
}

} // namespace
} // namespace mk
