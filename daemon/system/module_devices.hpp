// SPDX-License-Identifier: GPL-2.0-only
// Drivers of a loaded module, the devices bound to them, and the resources of those devices, from
// sysfs and procfs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

struct DeviceNode {
    bool block = false;
    unsigned major = 0;
    unsigned minor = 0;
    std::string name; // below /dev
    // How it is known to belong to the module: "driver" (sysfs says so), "alias" (the module file
    // has the number), "name" (the kernel's table has the module's own name for the number).
    std::string known_by;
};

struct AddressRange {
    std::string kind; // ioport, memory, irq, other
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

struct BoundDevice {
    std::string bus;
    std::string driver;
    std::string name; // "0000:00:1f.2"
    std::vector<AddressRange> ranges;
    std::vector<unsigned> interrupts;
};

// A line of /proc/ioports or /proc/iomem that names the module, one of its drivers or devices.
struct ClaimedRange {
    std::string kind; // ioport, memory
    std::string range;
    std::string owner;
    bool hidden = false; // only root sees addresses
};

struct DeviceFacts {
    std::vector<std::string> drivers; // "pci:e1000"
    std::vector<BoundDevice> devices;
    std::vector<DeviceNode> nodes;
    std::vector<ClaimedRange> claims;
};

// @aliases: of the module's file. @root is put before every path; tests have one of their own.
DeviceFacts device_facts(const ModuleName &module, const std::vector<std::string> &aliases,
                         const std::string &root = "");

} // namespace mk
