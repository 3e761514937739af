// SPDX-License-Identifier: GPL-2.0-only
// Processes as /proc shows them, which end while they are looked at.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver_client/holder_decoder.hpp"
#include "holders/holder.hpp"

namespace mk {

struct Processes {
    std::vector<std::uint32_t> pids; // in ascending order
    bool cut = false;                // there are more than processes_max
};
Processes processes_in(const std::string &root);

// Calls @take(fd, target) for each file that the process has open, with what its link in /proc
// says. 0, or the errno that keeps the caller from looking.
int each_descriptor(const std::string &root, std::uint32_t pid,
                    const std::function<void(int fd, std::string_view target)> &take);

// Its folder in /proc.
std::string folder_of(const std::string &root, std::uint32_t pid);
// Fills in who the process is, of whom others may not know.
void add_process(Holder &holder, const std::string &root, std::uint32_t pid);
// A file that the driver tells of, with its process and without references.
Holder holder_of_file(const std::string &root, const driver::Holder &file, HolderKind kind);

} // namespace mk
