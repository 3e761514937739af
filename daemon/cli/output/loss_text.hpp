// SPDX-License-Identifier: GPL-2.0-only
// What vanishes with unloaded modules, for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/output/json.hpp"
#include "job/losses.hpp"
#include "job/unloader.hpp"

namespace mk::cli {

// A line for each thing that is used, the most important first, and one for the others; each line
// begins with two blanks. "": nothing vanishes. Printable.
std::string lines_of(const std::vector<Loss> &losses);

// "network interface dummy0; device nodes /dev/a, /dev/b and 3 more": without their uses.
std::string names_in(const std::vector<Loss> &losses);

// "network interface eth0 (is up and carries the default route); disk ...": only what is used.
std::string uses_in(const std::vector<Loss> &losses);

Json json_of(const std::vector<Loss> &losses);
Json json_of(const std::vector<KeptModule> &kept);

} // namespace mk::cli
