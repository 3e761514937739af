// SPDX-License-Identifier: GPL-2.0-only
// What a change of the configuration did, for whoever asked for it.
#pragma once

#include <string>
#include <vector>

namespace mk::engine {

struct Change {
    // "added", "removed", "set" (a parameter in the kernel); "kept": it was like that already, in
    // this file; "note": nothing was done, the line says what is to be known.
    std::string action;
    std::string file;
    std::string line;
};

using Changes = std::vector<Change>;

// Was anything done?
bool did_something(const Changes &changes);

} // namespace mk::engine
