// SPDX-License-Identifier: GPL-2.0-only
// Open files that have no path: what the kernel made for a process, such as events of perf, objects
// of BPF and shared buffers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mk {

struct SpecialFile {
    std::uint32_t pid = 0;
    int fd = -1;
    std::string target; // "anon_inode:[perf_event]", "/dmabuf:"
};

// Of all processes that the caller may look into.
std::vector<SpecialFile> special_files(const std::string &root);

} // namespace mk
