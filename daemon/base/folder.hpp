// SPDX-License-Identifier: GPL-2.0-only
// Names in a directory. The iterators of the standard library throw if reading fails halfway; this
// is the only place that uses them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Sorted, without "." and "..". NotFound: there is no such directory; NotAuthorized; Failed: it
// cannot be read, or only in part.
Result<std::vector<std::string>> entries(const std::string &folder);

// For callers to whom an unreadable directory is an empty one.
std::vector<std::string> readable_entries(const std::string &folder);

struct FolderContents {
    std::vector<std::string> folders; // sorted
    std::vector<std::string> others;  // sorted; symbolic links among them
};

// Without a system call for each entry: for whole trees. What cannot be read is empty.
FolderContents readable_contents(const std::string &folder);

// Where a symbolic link leads, without following it: a path, or what links of /proc say. Nothing:
// it is none, or may not be read.
std::optional<std::string> link_target(const std::string &path);

// The last component of a symbolic link's target; "": it is none.
std::string link_name(const std::string &path);

} // namespace mk
