// SPDX-License-Identifier: GPL-2.0-only
// Disks, and what uses them: mounts, swap, other disks on top.
#pragma once

#include <string>
#include <vector>

#include "system/class_devices.hpp"
#include "system/mounts.hpp"

namespace mk {

struct BlockDevice {
    ClassDevice device;
    std::vector<std::string> mounted_at;  // it or one of its partitions
    std::vector<std::string> swap;        // names of those of them that are swapped to
    std::string backing_file;             // of a loop device
    std::vector<std::string> disks_above; // such as dm-0, which stands on it
};

// @mounts: of every namespace that counts. What stands on a disk above it counts as its own use.
std::vector<BlockDevice> block_devices(const std::vector<Mount> &mounts,
                                       const std::string &root = "");

} // namespace mk
