// SPDX-License-Identifier: GPL-2.0-only
#include "system/input_devices.hpp"

#include <gtest/gtest.h>

#include "fixtures/sysfs_tree.hpp"

namespace mk {
namespace {

TEST(InputDevices, TellsKeyboardsFromButtons) {
    const test::SysfsTree tree;
    const auto add = [&](const std::string &name, const std::string &keys) {
        tree.device("input", name, "virtual/input/" + name);
        tree.write("sys/devices/virtual/input/" + name + "/name", "a " + name + "\n");
        tree.write("sys/devices/virtual/input/" + name + "/capabilities/key", keys + "\n");
    };
    add("input0", "10000000000000 0");
    add("input1", "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe");
    add("event1", "fffffffffffffffe");
    const auto found = input_devices(tree.path());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_FALSE(found[0].is_keyboard);
    EXPECT_TRUE(found[1].is_keyboard);
    EXPECT_EQ(found[1].name, "a input1");
}

} // namespace
} // namespace mk
