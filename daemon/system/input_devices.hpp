// SPDX-License-Identifier: GPL-2.0-only
// Input devices: keyboards, mice, buttons.
#pragma once

#include <string>
#include <vector>

#include "system/class_devices.hpp"

namespace mk {

struct InputDevice {
    ClassDevice device;
    std::string name; // "AT Translated Set 2 keyboard", as the device says
    bool is_keyboard = false;
};

std::vector<InputDevice> input_devices(const std::string &root = "");

} // namespace mk
