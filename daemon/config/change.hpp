// SPDX-License-Identifier: GPL-2.0-only
// Changes of the configuration, reported to the caller.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct Change {
    // "added", "removed" (a line of the file), "set" (a parameter in the kernel); "kept": it was
    // already so; "note": nothing was done.
    std::string action;
    std::string file;
    // The line, or the value that was set; "" for a line that not every user may read.
    std::string text;
    std::string where;   // for "kept": "FILE:LINE" or "the kernel command line"
    std::string message; // for a note: its text
};

using Changes = std::vector<Change>;

// Whether anything was done.
bool did_something(const Changes &changes);

} // namespace mk
