// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(NodeNumbers, AreThoseOfSubsystemsThatHoldDrivers) {
    test::HolderRoot root;
    root.link("../../class/sound", "sys/dev/char/116:2/subsystem");
    root.link("../../class/input", "sys/dev/char/13:67/subsystem");
    root.link("../../class/misc", "sys/dev/char/10:130/subsystem");
    root.link("../../class/ipmi", "sys/dev/char/240:0/subsystem");
    const std::vector<DeviceNode> nodes = {{false, 240, 0, "ipmi0", "driver"},
                                           {false, 116, 2, "snd/pcmC0D0p", "driver"},
                                           {false, 13, 67, "input/event3", "driver"},
                                           {false, 10, 130, "watchdog", "name"}};
    const auto holding = holding_nodes(nodes, root.path());
    ASSERT_EQ(holding.size(), 3U);
    EXPECT_EQ(holding.at({false, {240, 0}}), "ipmi0");
    EXPECT_EQ(holding.at({false, {116, 2}}), "snd/pcmC0D0p");
    EXPECT_EQ(holding.at({false, {10, 130}}), "watchdog");
    EXPECT_EQ(all_nodes(nodes).size(), 4U);
}

TEST(NodeNumbers, OfTerminals) {
    test::HolderRoot root;
    root.write("sys/class/tty/ttyS0/dev", "4:64\n");
    root.write("sys/class/tty/odd/dev", "no number\n");
    const auto terminals = terminal_nodes(root.path());
    ASSERT_EQ(terminals.size(), 1U);
    EXPECT_EQ(terminals.at({false, {4, 64}}), "ttyS0");
}

} // namespace
} // namespace mk
