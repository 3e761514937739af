// SPDX-License-Identifier: GPL-2.0-only
// A connection to the bus that takes no file descriptors.
#pragma once

#include <string>

#include "base/error.hpp"
#include "bus/handles.hpp"

namespace mk::bus {

// Of the system bus: as the environment says, else where it usually is.
std::string system_bus_address();

// The bus itself refuses a message with descriptors for such a connection, and tells the sender. No
// method takes one, but each message could bring sixteen, which stay open as long as the message
// waits for its turn or for polkit: any user could use up all that the daemon may have open.
Result<Bus> open_connection(const std::string &address);

} // namespace mk::bus
