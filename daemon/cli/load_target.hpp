// SPDX-License-Identifier: GPL-2.0-only
// Is a name or a file meant?
#pragma once

#include <string>

namespace mk::cli {

// The daemon has another working directory: what begins with "/", "./" or "../", ends like a
// module's file or has a slash and leads to a file that is there becomes an absolute path. Anything
// else is a name or an alias, such as devname:net/tun, and stays.
std::string absolute_target(const std::string &target);

} // namespace mk::cli
