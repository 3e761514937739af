// SPDX-License-Identifier: GPL-2.0-only
#include "system/class_devices.hpp"

#include <gtest/gtest.h>

#include "fixtures/sysfs_tree.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

TEST(ClassDevices, EachModuleAboveTakesTheDeviceAway) {
    const test::SysfsTree tree;
    tree.bind("pci0/0000:00:14.0", "pci", "xhci_hcd", "xhci_pci");
    tree.bind("pci0/0000:00:14.0/usb1/1-1", "usb", "usb", "");
    tree.bind("pci0/0000:00:14.0/usb1/1-1/1-1:1.0", "usb", "asix", "asix");
    tree.device("net", "eth0", "pci0/0000:00:14.0/usb1/1-1/1-1:1.0/net/eth0");
    tree.device("net", "lo", "virtual/net/lo");
    const auto found = class_devices("/sys/class/net", tree.path());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "eth0");
    EXPECT_EQ(found[0].modules, (Names{"asix", "xhci_pci"}));
    EXPECT_EQ(found[1].modules, Names{});
}

TEST(ClassDevices, LinksLeadNowhereElse) {
    const test::SysfsTree tree;
    const test::TemporaryFolder outside;
    tree.device("net", "eth0", "../../../.." + outside.path());
    for (const auto &device : class_devices("/sys/class/net", tree.path()))
        EXPECT_TRUE(device.folder.starts_with(tree.path())) << device.folder;
    EXPECT_TRUE(class_devices("/sys/class/none", tree.path()).empty());
}

} // namespace
} // namespace mk
