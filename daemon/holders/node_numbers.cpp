// SPDX-License-Identifier: GPL-2.0-only
#include "holders/node_numbers.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

bool holds_drivers(const std::string &subsystem, const std::string &name) {
    static constexpr std::array<std::string_view, 22> names = {
        "block",   "bsg",  "comedi",      "drm",          "dvb",       "graphics",
        "i2c-dev", "ipmi", "media",       "mtd",          "nvme",      "nvme-generic",
        "ptp",     "rc",   "scsi_device", "scsi_generic", "scsi_tape", "sound",
        "tty",     "uio",  "video4linux", "watchdog"};
    return std::ranges::find(names, subsystem) != names.end() || name == "watchdog";
}

std::string subsystem_of(const std::string &root, const DeviceNode &node) {
    const auto folder =
        path_in(root, (node.block ? "/sys/dev/block/" : "/sys/dev/char/") +
                          std::to_string(node.major) + ":" + std::to_string(node.minor));
    return link_name(folder + "/subsystem");
}

} // namespace

NodeNames all_nodes(const std::vector<DeviceNode> &nodes) {
    NodeNames names;
    for (const auto &node : nodes)
        names[{node.block, {node.major, node.minor}}] = node.name;
    return names;
}

NodeNames terminal_nodes(const std::string &root) {
    NodeNames names;
    for (const auto &name : readable_entries(path_in(root, "/sys/class/tty"))) {
        driver::DeviceId device;
        const auto number = read_line(path_in(root, "/sys/class/tty/" + name) + "/dev");
        if (std::sscanf(number.c_str(), "%u:%u", &device.number.major, &device.number.minor) == 2)
            names[device] = name;
    }
    // pseudo terminals are no devices of sysfs
    for (const auto &name : readable_entries(path_in(root, "/dev/pts"))) {
        struct stat status {};
        if (stat((path_in(root, "/dev/pts/") + name).c_str(), &status) == 0 &&
            S_ISCHR(status.st_mode))
            names[{false, {major(status.st_rdev), minor(status.st_rdev)}}] = "pts/" + name;
    }
    return names;
}

NodeNames holding_nodes(const std::vector<DeviceNode> &nodes, const std::string &root) {
    std::vector<DeviceNode> holding;
    for (const auto &node : nodes)
        if (holds_drivers(subsystem_of(root, node), node.name))
            holding.push_back(node);
    return all_nodes(holding);
}

} // namespace mk
