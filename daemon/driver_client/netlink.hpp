// SPDX-License-Identifier: GPL-2.0-only
// Client of the driver's generic netlink family, which every user may ask for its state and its
// modules. It holds nothing between calls, so that the driver can be unloaded and loaded again.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/driver_client.hpp"

namespace mk::driver::netlink {

// All three are DriverUnavailable if there is no such family. Other major versions are refused.
Result<Status> get_status();
Result<std::vector<LoadedModule>> get_modules();
Result<LoadedModule> get_module(const ModuleName &name);

} // namespace mk::driver::netlink
