// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class InterfacesTest : public testing::Test {
  protected:
    std::vector<Holder> found(const std::string &module) {
        auto search = root.search(module);
        search.networks = {network};
        return test::found_by(find_interfaces, search);
    }
    test::HolderRoot root;
    Network network;
};

TEST_F(InterfacesTest, ATeamHoldsItsMode) {
    network.interfaces = {{2, "team0", "team", true, false, "roundrobin"},
                          {3, "team1", "team", true, false, ""}};
    const auto all = found("team_mode_roundrobin");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].kind, HolderKind::Interface);
    EXPECT_EQ(all[0].what, "team0");
    EXPECT_EQ(all[0].through, "a team whose mode is roundrobin");
    EXPECT_EQ(all[0].remedy, "ip link del dev team0");
    EXPECT_TRUE(found("team_mode_random").empty());
    EXPECT_FALSE(all[0].is_public); // root alone may ask
    EXPECT_TRUE(found("team").empty());
}

TEST_F(InterfacesTest, ThatModesAreHiddenIsSaid) {
    network.interfaces = {{3, "team1", "team", true, false, ""}};
    auto search = root.search("team_mode_random");
    search.networks = {network};
    HolderList list{search.module.name, 1, {}, {}};
    find_interfaces(search, list);
    EXPECT_EQ(list.unchecked.size(), 1U);
    list.unchecked.clear();
    search.networks[0].interfaces[0].mode = "*NOMODE*";
    find_interfaces(search, list);
    EXPECT_TRUE(list.unchecked.empty());
}

TEST_F(InterfacesTest, SomeHoldTheirOwnModule) {
    network.interfaces = {{2, "tap0", "tun", false, true, ""},
                          {3, "tap1", "tun", true, false, ""},
                          {4, "nlmon0", "nlmon", true, false, ""},
                          {5, "nlmon1", "nlmon", false, false, ""},
                          {6, "dummy0", "dummy", true, false, ""}};
    ASSERT_EQ(found("tun").size(), 1U);
    EXPECT_EQ(found("tun")[0].what, "tap0");
    EXPECT_TRUE(found("tun")[0].is_public);
    ASSERT_EQ(found("nlmon").size(), 1U);
    EXPECT_EQ(found("nlmon")[0].remedy, "ip link set dev nlmon0 down");
    EXPECT_TRUE(found("dummy").empty());
}

TEST_F(InterfacesTest, AreNamesAndNoWordsOfTheCommand) {
    network.interfaces = {{2, "-n", "tun", false, true, ""}, {3, "a;b", "tun", false, true, ""}};
    EXPECT_EQ(found("tun").at(0).remedy, "ip link del dev -n");
    EXPECT_EQ(found("tun").at(1).remedy, "ip link del dev 'a;b'");
}

TEST_F(InterfacesTest, InAnotherNamespaceToo) {
    network.where = "in the network namespace blue";
    network.prefix = "ip netns exec blue ";
    network.interfaces = {{2, "tap0", "tun", false, true, ""}};
    const auto all = found("tun");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].through, "which stays without its program, in the network namespace blue");
    EXPECT_EQ(all[0].remedy, "ip netns exec blue ip link del dev tap0");
    EXPECT_FALSE(all[0].is_public);
}

} // namespace
} // namespace mk
