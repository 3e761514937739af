// SPDX-License-Identifier: GPL-2.0-only
#include "holders/special_files.hpp"

#include <string_view>

#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

std::vector<SpecialFile> special_files(const std::string &root) {
    std::vector<SpecialFile> files;
    for (const auto pid : processes_in(root).pids)
        each_descriptor(root, pid, [&](int fd, std::string_view target) {
            if ((target.starts_with("anon_inode:") || target.starts_with("/dmabuf:")) &&
                files.size() < HolderSearch::descriptors_max)
                files.push_back({pid, fd, std::string(target)});
        });
    return files;
}

} // namespace mk
