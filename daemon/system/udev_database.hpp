// SPDX-License-Identifier: GPL-2.0-only
// Reader of udev's database: since when udev knows a device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mk {

// When udev first handled the event of @device, which is a path below /sys/devices, before its
// rules, which load modules: nanoseconds of CLOCK_MONOTONIC. Nothing: udev does not know it. @root
// is put before /sys and /run.
std::optional<std::uint64_t> udev_knows_since_ns(const std::string &device,
                                                 const std::string &root = "");

} // namespace mk
