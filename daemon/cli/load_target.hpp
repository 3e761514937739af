// SPDX-License-Identifier: GPL-2.0-only
// Is a name or a file meant?
#pragma once

#include <string>

namespace mk::cli {

// The daemon has another working directory: what contains a '/' or ends like a module's file
// becomes an absolute path, anything else is a name or an alias and stays.
std::string absolute_target(const std::string &target);

} // namespace mk::cli
