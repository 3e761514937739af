// SPDX-License-Identifier: GPL-2.0-only
// Mounted file systems, as the kernel lists them.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct Mount {
    std::string device; // "8:1", of the file system
    std::string point;
    std::string type;
    std::string source; // "/dev/sda1", or whatever mount was given
    // That it is a member or a slave of: what happens to one mount of it happens to all.
    std::vector<unsigned> peer_groups;
    std::string options; // of the file system: "rw,codepage=437"
    std::string top;     // of the file system, that is mounted: "/", "/folder", "net:[4026532181]"
};

// A file mountinfo: the mounts of one namespace, as one of its processes sees them. Empty if it
// cannot be read.
std::vector<Mount> read_mounts(const std::string &file = "/proc/self/mountinfo");

} // namespace mk
