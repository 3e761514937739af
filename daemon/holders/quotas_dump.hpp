// SPDX-License-Identifier: GPL-2.0-only
// Quotas that are switched on, as the kernel tells of each disk that is mounted.
#pragma once

#include <string>
#include <vector>

namespace mk {

struct Quota {
    std::string mount_point;
    std::string sort; // "user", "group" or "project"
    unsigned format = 0;
    bool is_part = false; // of the file system: it is on as long as that is mounted

    bool operator==(const Quota &) const = default;
};

// Of the mount namespace of the caller. @root is put before every path.
std::vector<Quota> quotas_in_use(const std::string &root);

} // namespace mk
