// SPDX-License-Identifier: GPL-2.0-only
// Turns what the ioctls SNAPSHOT and QUERY returned into modules.
#pragma once

#include <vector>

#include "driver_client/driver_client.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// All entries in bytes, in order. One malformed entry spoils the whole answer.
Result<std::vector<Module>> decode_modules(Bytes bytes);

} // namespace mk::driver
