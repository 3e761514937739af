// SPDX-License-Identifier: GPL-2.0-only
// Decoder of the bytes that read() on the device returns, into events.
#pragma once

#include <vector>

#include "driver_client/driver_client.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// All records in bytes, in order; kinds that are not known are left out. One malformed record
// spoils the whole buffer: the driver never writes such a thing.
Result<std::vector<Event>> decode_records(Bytes bytes);

} // namespace mk::driver
