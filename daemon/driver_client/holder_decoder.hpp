// SPDX-License-Identifier: GPL-2.0-only
// Turns what the ioctl HOLDERS returned into holders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// Who keeps a module from being unloaded.
struct Holder {
    bool is_module = false;    // else a process with a file open
    std::uint32_t process = 0; // of a file
    std::int32_t fd = -1;
    std::string comm;
    std::string name; // path of the file, "" when it is too long; or name of the module
};

// What is told of one module.
struct Holders {
    std::vector<Holder> all;
    bool cut = false; // there are more than the driver tells in one answer
};

// All entries in bytes, in order; of kinds that are not known none. One malformed entry spoils the
// whole answer.
Result<std::vector<Holder>> decode_holders(Bytes bytes);

} // namespace mk::driver
