// SPDX-License-Identifier: GPL-2.0-only
// The driver's generic netlink family, which every user may ask: its state and its modules.
// Nothing is held between calls, so that the driver can be unloaded and come back.
#pragma once

#include <string>
#include <vector>

#include "driver_client/driver_client.hpp"

namespace mk::driver::netlink {

// All three are DriverUnavailable when there is no such family. Other major versions are refused.
Result<Status> get_status();
Result<std::vector<Module>> get_modules();
Result<Module> get_module(const std::string &name);

} // namespace mk::driver::netlink
