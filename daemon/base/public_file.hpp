// SPDX-License-Identifier: GPL-2.0-only
// Check whether every user may read a file at its path.
#pragma once

#include <string>

namespace mk {

// Directories on its path count too, with links resolved. False if it does not exist.
bool everybody_reads(const std::string &path);

} // namespace mk
