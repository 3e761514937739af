// SPDX-License-Identifier: GPL-2.0-only
// Request for a reload.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_identity.hpp"
#include "base/module_name.hpp"

namespace mk {

// How a module was loaded, as far as it is known.
struct LoadedAs {
    std::string path;                 // "": the one that the index has
    std::string parameters;           // one string, modprobe.d's among them
    bool is_known = false;            // whether its parameters were seen
    std::optional<FileIdentity> file; // of the path, when it was loaded from there

    bool operator==(const LoadedAs &) const = default;
};

struct ReloadRequest {
    ModuleName name;
    std::vector<std::string> parameters;
    std::string path;          // load this file instead; "": the one it was loaded from
    std::uint64_t wait_us = 0; // for users to go away, each module
    // For the module and its users, to restore the old state. Others are loaded as modprobe.d says.
    std::map<ModuleName, LoadedAs> loaded_as;

    bool operator==(const ReloadRequest &) const = default;
};

} // namespace mk
