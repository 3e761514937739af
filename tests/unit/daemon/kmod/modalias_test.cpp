// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modalias.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;

class DeviceAliases : public testing::Test {
  protected:
    DeviceAliases() {
        tree_.add("mk_card", {"name=mk_card", "license=GPL", "alias=pci:v*d*", "alias=input:*"});
        tree_.index();
    }
    std::vector<std::string> paths() {
        auto catalog = Catalog::create(tree_.places());
        EXPECT_TRUE(catalog);
        std::vector<std::string> paths;
        for (const auto &device : devices_of(catalog.value(), "mk_card"_module, root_.path()))
            paths.push_back(device.path);
        return paths;
    }

    test::ModuleTree tree_;
    test::TemporaryFolder root_;
};

TEST_F(DeviceAliases, EachDeviceIsToldOnce) {
    root_.write("sys/devices/bus/card/modalias", "pci:v1d2\n");
    root_.write("sys/devices/bus/other/modalias", "usb:v1\n");
    root_.write("sys/devices/bus/empty/modalias", "");
    fs::create_symlink("..", root_ / "sys/devices/bus/card/subsystem");
    EXPECT_EQ(paths(), std::vector<std::string>{"/sys/devices/bus/card"});
}

// libkmod takes somewhat less than 4,096 bytes together with the module's name.
TEST_F(DeviceAliases, ALongAliasIsLookedUpToo) {
    root_.write("sys/devices/long/modalias", "input:" + std::string(3000, 'k') + "\n");
    root_.write("sys/devices/longest/modalias", "input:" + std::string(4000, 'k') + "\n");
    root_.write("sys/devices/too-long/modalias", "input:" + std::string(4090, 'k') + "\n");
    EXPECT_EQ(paths(), (std::vector<std::string>{"/sys/devices/long", "/sys/devices/longest"}));
}

// For a file that no index lists.
TEST_F(DeviceAliases, PatternsOfAFileAreEnough) {
    root_.write("sys/devices/bus/card/modalias", "pci:v00001234d00000001sv0\n");
    root_.write("sys/devices/bus/other/modalias", "usb:v1\n");
    const auto found = devices_matching({"pci:v00001234d*sv*", "acpi*:X:*"}, root_.path());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].path, "/sys/devices/bus/card");
    EXPECT_EQ(found[0].modalias, "pci:v00001234d00000001sv0");
    EXPECT_TRUE(devices_matching({"pci:v00001235d*"}, root_.path()).empty());
}

TEST_F(DeviceAliases, LinksLeadWithinTheRoot) {
    test::TemporaryFolder outside;
    outside.write("card/modalias", "pci:v1d2\n");
    const auto secret = outside.write("secret", "pci:v3d4\n");
    root_.write("sys/devices/one/other", "");
    fs::create_symlink(secret, root_ / "sys/devices/one/modalias");
    EXPECT_TRUE(paths().empty());
    fs::remove_all(root_ / "sys/devices");
    fs::create_symlink(outside.path(), root_ / "sys/devices");
    EXPECT_TRUE(paths().empty());
}

} // namespace
} // namespace mk
