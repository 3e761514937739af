// SPDX-License-Identifier: GPL-2.0-only
// Gatherer of what was seen on this machine: the driver's record, the journal, what is loaded.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "policy/sighting.hpp"

namespace mk::cli {

struct SeenModules {
    policy::Sightings sightings;
    std::vector<std::string> unread; // sources that could not be read, a sentence each
};

// @since: as typed, such as "30d" or "2026-11-22"; "": all that there is. What is loaded now counts
// whenever it was loaded. InvalidArgument: it is no time.
Result<SeenModules> seen_modules(const std::string &since);

} // namespace mk::cli
