// SPDX-License-Identifier: GPL-2.0-only
#include "job/losses.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "fixtures/sysfs_tree.hpp"

namespace mk {
namespace {

class LossesTest : public testing::Test {
  protected:
    NetworkInterface &interface(unsigned index, const std::string &name, bool is_up,
                                const std::string &kind = "") {
        machine_.interfaces.push_back({index, name, kind, is_up, 0, 0, {}, false});
        return machine_.interfaces.back();
    }
    void driven_by(const std::string &interface, const std::string &module) {
        machine_.interface_devices.push_back({interface, "", {module}});
    }
    std::vector<Loss> losses(const std::vector<GoingModule> &modules) const {
        return losses_of(modules, machine_, tree_.path());
    }
    Loss only(const std::vector<GoingModule> &modules) const {
        const auto all = losses(modules);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? Loss{} : all.front();
    }

    MachineDevices machine_;
    test::SysfsTree tree_;
};

TEST_F(LossesTest, AVirtualInterfaceIsFoundByItsKind) {
    interface(3, "dummy0", false, "dummy");
    interface(4, "bond0", true, "bond");
    const auto down = only({{"dummy"_module, {}}});
    EXPECT_EQ(down.name, "dummy0");
    EXPECT_EQ(down.importance(), Importance::Plain);
    const auto up = only({{"bonding"_module, {"rtnl-link-bond"}}});
    EXPECT_EQ(up.name, "bond0");
    EXPECT_EQ(up.importance(), Importance::InUse);
    EXPECT_TRUE(losses({{"bridge"_module, {"rtnl-link-bridge"}}}).empty());
}

TEST_F(LossesTest, AnAddressOfAnInterfaceThatIsDownIsNotInUse) {
    interface(3, "dummy0", false, "dummy").addresses = {"192.0.2.1/24"};
    EXPECT_EQ(only({{"dummy"_module, {}}}).importance(), Importance::Plain);
}

TEST_F(LossesTest, TheDefaultRouteAndTheConnectionAreTheWayIn) {
    auto &one = interface(2, "eth0", true);
    one.addresses = {"192.0.2.1/24"};
    driven_by("eth0", "e1000");
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::InUse);
    machine_.interfaces[0].has_default_route = true;
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::WayIn);
    machine_.interfaces[0].has_default_route = false;
    machine_.ssh = SshConnection{"203.0.113.9", "192.0.2.1"};
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::WayIn) << "its address";
    machine_.ssh->local = "198.51.100.1";
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::InUse);
    machine_.ssh_interface = 2;
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::WayIn)
        << "the route to the peer";
}

TEST_F(LossesTest, APortCarriesWhatItsBridgeCarries) {
    interface(2, "eth0", true).master = 5;
    driven_by("eth0", "e1000");
    interface(5, "br0", true, "bridge");
    interface(6, "br0.7", true, "vlan").lower = 5;
    EXPECT_EQ(only({{"e1000"_module, {}}}).importance(), Importance::InUse);
    machine_.interfaces[2].has_default_route = true;
    const auto loss = only({{"e1000"_module, {}}});
    EXPECT_EQ(loss.importance(), Importance::WayIn);
    EXPECT_EQ(use_text(loss), "is up, is a port of br0 and carries the default route");
}

TEST_F(LossesTest, WhatStandsOnAnInterfaceGoesWithIt) {
    interface(2, "eth0", false);
    driven_by("eth0", "e1000");
    interface(6, "eth0.7", true, "vlan").lower = 2;
    interface(7, "eth0.7.8", false, "vlan").lower = 6;
    const auto all = losses({{"e1000"_module, {}}});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2].name, "eth0.7.8");
    EXPECT_EQ(all[2].module, "e1000");
    EXPECT_EQ(importance_of(all), Importance::InUse);
}

// Two interfaces on each other.
TEST_F(LossesTest, ACircleEnds) {
    interface(2, "a", true, "dummy").lower = 3;
    interface(3, "b", true, "vlan").lower = 2;
    EXPECT_EQ(losses({{"dummy"_module, {}}}).size(), 2U);
}

TEST_F(LossesTest, ADiskIsFoundByItsDriverOrByTheNameOfItsNumbers) {
    tree_.write("proc/devices", "Block devices:\n254 zram\n");
    tree_.write("sys/dev/block/254:0/uevent", "DEVNAME=zram0\n");
    machine_.disks.push_back({{"zram0", "", {}}, {}, {"/dev/zram0"}, "", {}});
    machine_.disks.push_back({{"sda", "", {"sd_mod", "ahci"}}, {"/", "/boot"}, {}, "", {}});
    const auto swap = only({{"zram"_module, {}}});
    EXPECT_EQ(swap.name, "/dev/zram0");
    EXPECT_EQ(use_text(swap), "/dev/zram0 is swapped to");
    EXPECT_EQ(swap.importance(), Importance::InUse);
    const auto root = only({{"ahci"_module, {}}});
    EXPECT_EQ(root.importance(), Importance::WayIn);
    EXPECT_EQ(use_text(root),
              "holds the root file system, is mounted at / and is mounted at /boot");
}

TEST_F(LossesTest, TheOnlyKeyboardIsTheOneThatLeavesNoOther) {
    machine_.inputs.push_back({{"input1", "", {"atkbd"}}, "AT keyboard", true});
    EXPECT_EQ(only({{"atkbd"_module, {}}}).importance(), Importance::WayIn);
    machine_.inputs.push_back({{"input2", "", {"usbhid"}}, "USB keyboard", true});
    EXPECT_EQ(only({{"atkbd"_module, {}}}).importance(), Importance::Plain);
    EXPECT_EQ(importance_of(losses({{"atkbd"_module, {}}, {"usbhid"_module, {}}})),
              Importance::WayIn);
}

TEST_F(LossesTest, AFileSystemTypeCountsWhileItIsMounted) {
    EXPECT_TRUE(losses({{"ext4"_module, {"fs-ext4"}}}).empty());
    machine_.mounts.push_back({"8:1", "/srv", "ext4", "/dev/sda1"});
    const auto loss = only({{"ext4"_module, {"fs-ext4"}}});
    EXPECT_EQ(name_of(loss), "file system type ext4");
    EXPECT_EQ(loss.importance(), Importance::InUse);
}

TEST_F(LossesTest, OtherDeviceNodesAreToldOnce) {
    tree_.write("sys/dev/char/10:200/uevent", "DEVNAME=net/tun\n");
    const auto loss =
        only({{"tun"_module, {"devname:net/tun"}}, {"other"_module, {"devname:net/tun"}}});
    EXPECT_EQ(name_of(loss), "device node /dev/net/tun");
    EXPECT_EQ(loss.module, "tun");
}

TEST_F(LossesTest, NamesOfOthersAreQuoted) {
    interface(3, "a\033[2J b", true, "dummy");
    EXPECT_EQ(name_of(only({{"dummy"_module, {}}})), "network interface \"a\\x1b[2J b\"");
}

} // namespace
} // namespace mk
