// SPDX-License-Identifier: GPL-2.0-only
// Decoder of the answer of the ioctl HOLDERS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// Holder that keeps a module from being unloaded.
struct Holder {
    bool is_module = false;    // otherwise a process with a file open
    std::uint32_t process = 0; // of a file
    std::int32_t fd = -1;
    std::string comm;
    std::string name; // path of the file, "" if it is too long; or name of the module
};

// The holders of one module.
struct Holders {
    std::vector<Holder> all;
    bool cut = false; // there are more than the driver puts in one answer
};

// All entries in bytes, in order, except those of unknown kinds. One malformed entry makes the
// whole answer invalid.
Result<std::vector<Holder>> decode_holders(Bytes bytes);

} // namespace mk::driver
