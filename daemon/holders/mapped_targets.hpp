// SPDX-License-Identifier: GPL-2.0-only
// What device-mapper's disks are made of, as /dev/mapper/control lists it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct MappedDisk {
    std::string name;
    unsigned minor = 0;
    std::vector<std::string> targets; // their types, one for each part of the disk
    // What some of these have chosen among modules of their own: "round-robin", "smq", "raid1".
    std::vector<std::string> helpers;
    bool is_in_force = true; // false: a table that was loaded, and waits for its turn

    bool operator==(const MappedDisk &) const = default;
};

// Nothing: only root may ask, or there is no device-mapper.
std::optional<std::vector<MappedDisk>> mapped_disks();

// Of one answer: names and numbers; types of targets.
std::vector<MappedDisk> read_disk_list(std::string_view answer);
void read_targets(std::string_view answer, unsigned count, MappedDisk &disk);

} // namespace mk
