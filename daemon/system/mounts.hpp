// SPDX-License-Identifier: GPL-2.0-only
// Where file systems are mounted, as the kernel lists it.
#pragma once

#include <string>
#include <vector>

namespace mk {

// The mount points of file systems of these types, in the namespace of whoever asks.
std::vector<std::string> mounts_of(const std::vector<std::string> &types,
                                   const std::string &file = "/proc/self/mountinfo");

} // namespace mk
