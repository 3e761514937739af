// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>
#include <linux/openvswitch.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class SwitchPorts : public testing::Test {
  protected:
    SwitchPorts() {
        network.ports = {{"ovs-system", "ovs-system", OVS_VPORT_TYPE_INTERNAL},
                         {"ovs-system", "eth0", OVS_VPORT_TYPE_NETDEV},
                         {"ovs-system", "vxlan_sys_4789", OVS_VPORT_TYPE_VXLAN},
                         {"-br", "-p", OVS_VPORT_TYPE_GRE},
                         {"-br", "new", 99}};
    }
    std::vector<Holder> found(const std::string &module) {
        auto search = root.search(module);
        search.networks = {network};
        return test::found_by(find_switch_ports, search);
    }
    test::HolderRoot root;
    Network network;
};

TEST_F(SwitchPorts, HoldTheModuleOfTheirType) {
    const auto all = found("openvswitch");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].kind, HolderKind::Interface);
    EXPECT_EQ(all[0].what, "ovs-system");
    EXPECT_EQ(all[0].through, "a port of the switch ovs-system of Open vSwitch");
    EXPECT_EQ(all[0].references, 1U);
    EXPECT_EQ(all[0].remedy, "ovs-dpctl del-dp ovs-system"); // its own port cannot go alone
    EXPECT_EQ(all[1].remedy, "ovs-dpctl del-if ovs-system eth0");
    EXPECT_TRUE(all[1].is_public);
    EXPECT_EQ(found("vport_vxlan").at(0).what, "vxlan_sys_4789");
    EXPECT_EQ(found("vport_gre").at(0).remedy, "ovs-dpctl del-if -- -br -p");
    EXPECT_TRUE(found("vport_geneve").empty());
}

TEST_F(SwitchPorts, InAnotherNamespaceToo) {
    network.where = "in the network namespace blue";
    network.prefix = "ip netns exec blue ";
    const auto all = found("vport_vxlan");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].through, "a port of the switch ovs-system of Open vSwitch, in the network "
                              "namespace blue");
    EXPECT_EQ(all[0].remedy, "ip netns exec blue ovs-dpctl del-if ovs-system vxlan_sys_4789");
    EXPECT_FALSE(all[0].is_public);
}

} // namespace
} // namespace mk
