// SPDX-License-Identifier: GPL-2.0-only
// Devices of this machine that match a module: the lookups of udev, repeated.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "kmod/catalog.hpp"

namespace mk {

struct MatchingDevice {
    std::string path; // such as /sys/devices/pci0000:00/0000:00:03.0
    std::string modalias;
};

// All devices that have a modalias, each once, in the order of their paths.
std::vector<MatchingDevice> devices_with_modalias(const std::string &root = "");

// Devices whose modalias leads to the module @name, by modules.alias. @root is put before /sys;
// tests have one of their own.
std::vector<MatchingDevice> devices_of(Catalog &catalog, const ModuleName &name,
                                       const std::string &root = "");

// Devices that one of @aliases, patterns of a module's file, fits; no index is read.
std::vector<MatchingDevice> devices_matching(const std::vector<std::string> &aliases,
                                             const std::string &root = "");

} // namespace mk
