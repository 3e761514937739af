// SPDX-License-Identifier: GPL-2.0-only
// What a change of the configuration did, for whoever asked for it.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct Change {
    // "added", "removed" (a line of the file), "set" (a parameter in the kernel); "kept": it was
    // like that already; "note": nothing was done.
    std::string action;
    std::string file;
    // Of the line, or the value that was set; "" of a line that not every user may read.
    std::string text;
    std::string where;   // of what was kept: "FILE:LINE" or "the kernel command line"
    std::string message; // of a note: what is to be known
};

using Changes = std::vector<Change>;

// Was anything done?
bool did_something(const Changes &changes);

} // namespace mk
