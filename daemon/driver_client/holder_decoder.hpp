// SPDX-License-Identifier: GPL-2.0-only
// Decoder of the answer of the ioctl HOLDERS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/device_id.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// Holder that keeps a module from being unloaded.
struct Holder {
    // Node: an open device that was asked for, which has no reference to the module itself.
    enum class Kind : std::uint8_t { Module, File, Mapping, Node };

    Kind kind = Kind::File;
    std::uint32_t process = 0; // of a file or mapping
    std::int32_t fd = -1;      // of a file; -1: it is mapped
    // That the file has to the module; 0: none of its own, or the driver is too old to say.
    std::uint32_t references = 0;
    DeviceNumber file_system;
    std::uint64_t inode = 0;
    DeviceNumber node; // of the device that the file is
    std::string comm;
    std::string name; // path of the file, "" if it is too long; or name of the module
};

// The holders of one module.
struct Holders {
    std::vector<Holder> all;
    bool cut = false;       // there are more than the driver puts in one answer
    bool has_nodes = false; // it was asked for devices and looked for them
};

// All entries in bytes, in order, except those of unknown kinds. One malformed entry makes the
// whole answer invalid.
Result<std::vector<Holder>> decode_holders(Bytes bytes);

} // namespace mk::driver
