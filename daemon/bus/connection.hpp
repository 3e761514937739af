// SPDX-License-Identifier: GPL-2.0-only
// Connection to the bus that refuses file descriptors.
#pragma once

#include <string>

#include "base/error.hpp"
#include "bus/handles.hpp"

namespace mk::bus {

// The address of the system bus: from the environment, otherwise the usual one.
std::string system_bus_address();

// The bus itself refuses messages with descriptors for such a connection, and tells the sender. No
// method takes one, but each message could bring sixteen, which stay open as long as the message
// waits for its turn or for polkit: any user could use up all descriptors of the daemon.
Result<Bus> open_connection(const std::string &address);

} // namespace mk::bus
