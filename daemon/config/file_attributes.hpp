// SPDX-License-Identifier: GPL-2.0-only
// Extended attributes that a file keeps when another one replaces it: access control lists,
// security labels, and any others.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mk {

using FileAttributes = std::vector<std::pair<std::string, std::string>>; // name and value

// 0 or errno. None on a file system that has no attributes.
int read_attributes(int fd, FileAttributes &attributes);

// 0 or errno. Removes an access control list that @fd got from its directory, unless it is among
// them.
int write_attributes(int fd, const FileAttributes &attributes);

} // namespace mk
