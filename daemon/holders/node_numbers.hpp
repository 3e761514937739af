// SPDX-License-Identifier: GPL-2.0-only
// Devices whose driver is held while a node of them is open, though others have the operations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "driver_client/device_id.hpp"
#include "system/module_devices.hpp"

namespace mk {

using NodeNames = std::map<driver::DeviceId, std::string>; // below /dev

// Of @nodes, those of subsystems that hold the driver. Others, such as input, let the device go.
NodeNames holding_nodes(const std::vector<DeviceNode> &nodes, const std::string &root);
// Of all terminals, which may have a line discipline of any module.
NodeNames terminal_nodes(const std::string &root);
NodeNames all_nodes(const std::vector<DeviceNode> &nodes);

} // namespace mk
