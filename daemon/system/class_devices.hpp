// SPDX-License-Identifier: GPL-2.0-only
// Devices of one class in sysfs, such as network interfaces, and the modules whose drivers stand
// above them: each of those takes the device with it when it goes.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct ClassDevice {
    std::string name;                 // "eth0"
    std::string folder;               // with the root before it
    std::vector<std::string> modules; // of drivers of the device itself, its bus, and so on up
};

// @folder: "/sys/class/net", "/sys/block". @root is put before every path; tests have one of their
// own.
std::vector<ClassDevice> class_devices(const std::string &folder, const std::string &root = "");

} // namespace mk
