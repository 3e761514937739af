// SPDX-License-Identifier: GPL-2.0-only
// Decoder of the answers of the ioctls SNAPSHOT and QUERY.
#pragma once

#include <vector>

#include "driver_client/driver_client.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// All entries in bytes, in order. One malformed entry makes the whole answer invalid.
Result<std::vector<Module>> decode_modules(Bytes bytes);

} // namespace mk::driver
