// SPDX-License-Identifier: GPL-2.0-only
// For which device udev loaded a module, and how certain that is.
#include "explain/load_device.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

driver::Event load_at(std::uint64_t boottime_ns) {
    driver::Event load;
    load.kind = driver::EventKind::LoadBegin;
    load.boottime_ns = boottime_ns;
    return load;
}

TEST(LoadDevice, TheOnlyDeviceThatHadJustComeIsCertain) {
    const std::vector<CandidateDevice> one = {{"/sys/devices/a", "pci:a", 100 * second}};
    const auto found = device_of_load(one, load_at(101 * second), 0);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->device.path, "/sys/devices/a");
    EXPECT_EQ(found->certainty, Certainty::Seen);
    EXPECT_EQ(found->came_before_ns, second);
}

// udevadm trigger; a device that udev never handled; a machine that has slept.
TEST(LoadDevice, TheOnlyDeviceIsLikelyOtherwise) {
    for (const auto &[since, slept] :
         {std::pair<std::optional<std::uint64_t>, std::uint64_t>{10 * second, 0},
          {std::nullopt, 0},
          {100 * second, 5 * second}}) {
        const auto found =
            device_of_load({{"/sys/devices/a", "pci:a", since}}, load_at(101 * second), slept);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->certainty, Certainty::Inferred);
        EXPECT_EQ(found->came_before_ns, 0U);
    }
}

TEST(LoadDevice, OfSeveralNoneIsNamed) {
    EXPECT_FALSE(device_of_load({}, load_at(second), 0));
    EXPECT_FALSE(device_of_load({{"/a", "pci:a", 1}, {"/b", "pci:a", 2}}, load_at(second), 0));
}

TEST(LoadDevice, WhatCameLaterWasNotTheReason) {
    std::vector<CandidateDevice> devices = {
        {"/a", "pci:a", 5}, {"/b", "pci:a", 2 * second}, {"/c", "pci:a", std::nullopt}};
    auto awake = devices;
    drop_later(awake, load_at(second), 0);
    ASSERT_EQ(awake.size(), 2U);
    EXPECT_EQ(awake[1].path, "/c");
    drop_later(devices, load_at(second), 3 * second);
    EXPECT_EQ(devices.size(), 3U);
}

TEST(LoadDevice, TheClocksOfThisMachineAreCompared) {
    EXPECT_LT(slept_ns(), 365 * 24 * 3600 * second);
}

} // namespace
} // namespace mk
