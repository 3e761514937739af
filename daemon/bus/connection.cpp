// SPDX-License-Identifier: GPL-2.0-only
#include "bus/connection.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mk::bus {

std::string system_bus_address() {
    const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
    return address && *address ? address : "unix:path=/run/dbus/system_bus_socket";
}

Result<Bus> open_connection(const std::string &address) {
    sd_bus *raw = nullptr;
    int error = sd_bus_new(&raw);
    Bus bus(raw);
    if (error >= 0)
        error = sd_bus_set_address(raw, address.c_str());
    if (error >= 0)
        error = sd_bus_set_bus_client(raw, true);
    if (error >= 0)
        error = sd_bus_negotiate_fds(raw, false);
    if (error >= 0)
        error = sd_bus_start(raw);
    if (error >= 0)
        return bus;
    return Error{error == -EACCES || error == -EPERM ? ErrorCode::NotAuthorized : ErrorCode::Failed,
                 fmt::format("the bus at {} cannot be reached ({}); is dbus.service running?",
                             address, std::strerror(-error))};
}

} // namespace mk::bus
