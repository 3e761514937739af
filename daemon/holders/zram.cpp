// SPDX-License-Identifier: GPL-2.0-only
// Disks in compressed memory (zram) that may use an algorithm. Since Linux 6.12 they have their
// own.
#include <algorithm>
#include <string_view>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

// The one in brackets of each line: "lzo [zstd]", and of further ones "#1: [lz4] zstd".
std::vector<std::string> chosen_in(std::string_view text) {
    std::vector<std::string> chosen;
    for (const auto word : split(text, " \n"))
        if (word.starts_with('[') && word.ends_with(']'))
            chosen.emplace_back(word.substr(1, word.size() - 2));
    return chosen;
}

class ZramScan {
  public:
    ZramScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void look_at(const std::string &disk, const std::vector<std::string> &names) {
        const auto folder = path_in(search_.root, "/sys/block/" + disk);
        if (read_line(folder + "/initstate") != "1" || read_value(folder + "/algorithm_params"))
            return;
        auto chosen = chosen_in(read_text(folder + "/comp_algorithm").value_or(""));
        for (auto &other : chosen_in(read_text(folder + "/recomp_algorithm").value_or("")))
            chosen.push_back(std::move(other));
        const auto used = std::ranges::find_if(chosen, [&](const std::string &name) {
            return std::ranges::find(names, name) != names.end();
        });
        if (used == chosen.end())
            return;
        add_users(disk);
        add(HolderKind::Disk, "/dev/" + disk, "which compresses with " + *used,
            "echo 1 > /sys/block/" + disk + "/reset");
    }

  private:
    void add(HolderKind kind, std::string what, std::string through, std::string remedy) {
        if (list_.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = std::move(through);
        holder.remedy = std::move(remedy);
        list_.holders.push_back(std::move(holder));
    }

    // What has to end before.
    void add_users(const std::string &disk) {
        const auto node = "/dev/" + disk;
        const auto swaps = read_text(path_in(search_.root, "/proc/swaps")).value_or("");
        for (const auto line : split(swaps, "\n"))
            if (line.starts_with(node + " ") || line.starts_with(node + "\t"))
                add(HolderKind::Swap, node, {}, {});
        for (const auto &mount : read_mounts(path_in(search_.root, "/proc/self") + "/mountinfo"))
            if (mount.source == node) {
                add(HolderKind::Mount, mount.type, node, "umount " + shell_word(mount.point));
                list_.holders.back().mount_point = mount.point;
            }
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_zram_with(const HolderSearch &search, const std::vector<std::string> &names,
                    HolderList &list) {
    ZramScan scan(search, list);
    for (const auto &disk : readable_entries(path_in(search.root, "/sys/block")))
        if (disk.starts_with("zram"))
            scan.look_at(disk, names);
}

} // namespace mk
