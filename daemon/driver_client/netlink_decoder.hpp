// SPDX-License-Identifier: GPL-2.0-only
// Decoder of netlink answers of the driver. Attributes that are missing, unknown or of a wrong size
// read as 0.
#pragma once

#include <linux/netlink.h>

#include "driver_client/driver_client.hpp"

namespace mk::driver::netlink {

Status decode_status(nlmsghdr *answer);
LoadedModule decode_module(nlmsghdr *answer);

} // namespace mk::driver::netlink
