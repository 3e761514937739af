// SPDX-License-Identifier: GPL-2.0-only
// Which devices of this machine have a module loaded for them: what udev looks up, looked up again.
#pragma once

#include <string>
#include <vector>

#include "kmod/catalog.hpp"

namespace mk {

struct MatchingDevice {
    std::string path; // such as /sys/devices/pci0000:00/0000:00:03.0
    std::string modalias;
};

// Those whose modalias leads to the module @name, by modules.alias. @root is put before /sys; tests
// have one of their own.
std::vector<MatchingDevice> devices_of(Catalog &catalog, const std::string &name,
                                       const std::string &root = "");

} // namespace mk
