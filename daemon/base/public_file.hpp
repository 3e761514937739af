// SPDX-License-Identifier: GPL-2.0-only
// Whether every user may read a file where it is.
#pragma once

#include <string>

namespace mk {

// Folders on the way to it count too, links resolved. False when it is not there.
bool everybody_reads(const std::string &path);

} // namespace mk
