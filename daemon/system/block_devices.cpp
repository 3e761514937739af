// SPDX-License-Identifier: GPL-2.0-only
#include "system/block_devices.hpp"

#include <algorithm>
#include <set>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// Disks on disks on disks.
constexpr int depth_max = 8;

void add_once(std::vector<std::string> &all, std::string one) {
    if (std::ranges::find(all, one) == all.end())
        all.push_back(std::move(one));
}

class Search {
  public:
    Search(const std::vector<Mount> &mounts, std::string root)
        : mounts_(mounts), root_(std::move(root)) {
        const auto text = read_text(path_in(root_, "/proc/swaps")).value_or("");
        for (const auto line : split(text, "\n"))
            if (const auto words = split(line, " \t"); !words.empty())
                swaps_.insert(std::string(words.front()));
    }

    BlockDevice about(const ClassDevice &device) {
        BlockDevice disk;
        disk.device = device;
        disk.backing_file = read_line(device.folder + "/loop/backing_file");
        add_uses(disk, device.name, device.folder, 0);
        for (const auto &part : readable_entries(device.folder))
            if (read_value(device.folder + "/" + part + "/partition"))
                add_uses(disk, part, device.folder + "/" + part, 0);
        return disk;
    }

  private:
    void add_uses(BlockDevice &disk, const std::string &name, const std::string &folder,
                  int depth) {
        const auto number = read_line(folder + "/dev");
        const auto node = "/dev/" + name;
        // device mapper's own names are links to its nodes
        const auto mapped = "/dev/mapper/" + read_line(folder + "/dm/name");
        for (const auto &mount : mounts_)
            if ((!number.empty() && mount.device == number) || mount.source == node ||
                mount.source == mapped)
                add_once(disk.mounted_at, mount.point);
        for (const auto &swap : {node, mapped})
            if (swaps_.contains(swap))
                add_once(disk.swap, swap);
        if (depth == depth_max)
            return;
        for (const auto &above : readable_entries(folder + "/holders")) {
            add_once(disk.disks_above, above);
            add_uses(disk, above, path_in(root_, "/sys/class/block/" + above), depth + 1);
        }
    }

    const std::vector<Mount> &mounts_;
    std::string root_;
    std::set<std::string> swaps_;
};

} // namespace

std::vector<BlockDevice> block_devices(const std::vector<Mount> &mounts, const std::string &root) {
    std::vector<BlockDevice> disks;
    Search search(mounts, root);
    for (const auto &device : class_devices("/sys/block", root))
        disks.push_back(search.about(device));
    return disks;
}

} // namespace mk
