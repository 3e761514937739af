// SPDX-License-Identifier: GPL-2.0-only
// Decision whether an argument is a name or a file.
#pragma once

#include <string>

namespace mk::cli {

// The daemon has another working directory, so a file becomes an absolute path: anything that
// begins with "/", "./" or "../", that ends like a module file, or that has a slash and is an
// existing file. Anything else is a name or an alias, such as devname:net/tun, and is not changed.
std::string absolute_target(const std::string &target);

} // namespace mk::cli
