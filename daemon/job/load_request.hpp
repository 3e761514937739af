// SPDX-License-Identifier: GPL-2.0-only
// What is asked of a load.
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
    bool ignore_install = false; // of what is asked for, as modprobe's --ignore-install
    bool ignore_loaded = false;  // plans as if nothing was loaded
    bool keep_going = false;     // what was loaded stays when something fails
    bool several = false;        // what is there already is no failure, even when that is all

    bool operator==(const LoadRequest &) const = default;
};

} // namespace mk
