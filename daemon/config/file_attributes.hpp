// SPDX-License-Identifier: GPL-2.0-only
// Extended attributes that a file keeps when another one takes its place: lists of rights (ACLs),
// security labels, and whatever else somebody has put there.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mk {

using FileAttributes = std::vector<std::pair<std::string, std::string>>; // name and value

// 0 or errno. A file system that keeps none has none.
int read_attributes(int fd, FileAttributes &attributes);

// 0 or errno. A list of rights that @fd got from its folder goes when it is not among them.
int write_attributes(int fd, const FileAttributes &attributes);

} // namespace mk
