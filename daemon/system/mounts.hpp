// SPDX-License-Identifier: GPL-2.0-only
// Mounted file systems, as the kernel lists them.
#pragma once

#include <string>
#include <vector>

namespace mk {

// The mount points of file systems of these types, in the namespace of the caller.
std::vector<std::string> mounts_of(const std::vector<std::string> &types,
                                   const std::string &file = "/proc/self/mountinfo");

} // namespace mk
