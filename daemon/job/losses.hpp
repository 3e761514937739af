// SPDX-License-Identifier: GPL-2.0-only
// What vanishes with modules that are unloaded: network interfaces, disks and other devices, who
// uses them, and whether this machine is reached through them.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "job/loss.hpp"
#include "job/machine_devices.hpp"

namespace mk {

// A module that goes, with the aliases of its file.
struct GoingModule {
    ModuleName name;
    std::vector<std::string> aliases;
};

// Each thing once, with the first of @modules that takes it away. Reads /sys for device nodes.
std::vector<Loss> losses_of(const std::vector<GoingModule> &modules, const MachineDevices &machine,
                            const std::string &root = "");

} // namespace mk
