// SPDX-License-Identifier: GPL-2.0-only
// Decoder of the answers of the ioctls SNAPSHOT and QUERY.
#pragma once

#include <vector>

#include "driver_client/driver_client.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// From enum modkeeper_module_state; an unknown state is Live.
LoadState state_of(std::uint32_t state);

// All entries in bytes, in order. One malformed entry makes the whole answer invalid.
Result<std::vector<LoadedModule>> decode_modules(Bytes bytes);

} // namespace mk::driver
