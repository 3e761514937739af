// SPDX-License-Identifier: GPL-2.0-only
// Numbers of devices.
#pragma once

#include <compare>
#include <cstdint>

namespace mk::driver {

// A device number, or that of a file system.
struct DeviceNumber {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): what the default compares with is no pointer
    auto operator<=>(const DeviceNumber &) const = default;
};

// A device, as a node below /dev has it. In the order in which the driver wants them.
struct DeviceId {
    bool block = false;
    DeviceNumber number;

    // NOLINTNEXTLINE(modernize-use-nullptr): what the default compares with is no pointer
    auto operator<=>(const DeviceId &) const = default;
};

} // namespace mk::driver
