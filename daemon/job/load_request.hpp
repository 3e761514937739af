// SPDX-License-Identifier: GPL-2.0-only
// Request for a load.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct LoadRequest {
    std::vector<std::string> targets;    // names, aliases or absolute paths
    std::vector<std::string> parameters; // for one target only
    bool force_vermagic = false;
    bool force_modversions = false;
    bool ignore_blacklist = false;
    bool ignore_install = false; // of the requested modules, as modprobe's --ignore-install
    bool ignore_loaded = false;  // plans as if nothing was loaded
    bool keep_going = false;     // loaded modules stay loaded if something fails
    bool several = false; // modules that are already loaded are no failure, even if all of them are

    bool operator==(const LoadRequest &) const = default;
};

} // namespace mk
