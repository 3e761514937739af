// SPDX-License-Identifier: GPL-2.0-only
// Users of disks that no process has open: swap, loop devices, device-mapper, RAID.
#include <charconv>
#include <string_view>
#include <utility>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

class BlockScan {
  public:
    BlockScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        disks_ = readable_entries(at("/sys/block"));
        for (const auto &node : search_.nodes)
            if (node.block) {
                add_swap(node.name);
                add_loops_over(node.name);
                add_parts_of(node.name);
            }
        for (const auto &disk : disks_)
            add_made_up(disk);
    }

  private:
    std::string at(const std::string &path) const { return path_in(search_.root, path); }

    void add(HolderKind kind, std::string what, std::string through = {},
             std::uint32_t references = 1) {
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = std::move(through);
        holder.references = references;
        if (list_.holders.size() < HolderSearch::holders_max)
            list_.holders.push_back(std::move(holder));
    }

    // "Filename Type Size Used Priority", then "/dev/zram0 partition 524284 0 -2"
    void add_swap(const std::string &name) {
        const auto text = read_text(at("/proc/swaps")).value_or("");
        for (const auto line : split(text, "\n"))
            if (const auto words = split(line, " \t");
                words.size() > 1 && words[0] == "/dev/" + name && words[1] == "partition")
                add(HolderKind::Swap, "/dev/" + name, {}, opens_of_swap());
    }

    // Kernels before 6.11 open a disk twice for it.
    std::uint32_t opens_of_swap() const {
        const auto release = read_line(at("/proc/sys/kernel/osrelease"));
        const auto numbers = split(release, ".-+");
        const auto number = [&](std::size_t place) {
            unsigned value = 0;
            if (numbers.size() > place)
                std::from_chars(numbers[place].data(),
                                numbers[place].data() + numbers[place].size(), value);
            return value;
        };
        return std::pair(number(0), number(1)) < std::pair(6U, 11U) ? 2 : 1;
    }

    std::string backing_file(const std::string &disk) const {
        return read_line(at("/sys/block/" + disk + "/loop/backing_file"));
    }

    void add_loops_over(const std::string &name) {
        for (const auto &disk : disks_)
            if (backing_file(disk) == "/dev/" + name)
                add(HolderKind::Loop, "/dev/" + disk, "/dev/" + name);
    }

    // "/dev/dm-0 (name)"
    std::string shown(const std::string &disk) const {
        const auto name = read_line(at("/sys/block/" + disk + "/dm/name"));
        return "/dev/" + disk + (name.empty() ? "" : " (" + name + ")");
    }

    void add_parts_of(const std::string &name) {
        for (const auto &user : readable_entries(at("/sys/class/block/" + name + "/holders")))
            add(HolderKind::Disk, "/dev/" + name, shown(user));
    }

    // Disks for each of which the module that makes them up holds itself.
    void add_made_up(const std::string &disk) {
        const auto &module = search_.module.name;
        if (const auto file = backing_file(disk); module == "loop" && !file.empty())
            add(HolderKind::Loop, "/dev/" + disk, file);
        if (disk.starts_with("dm-") && is_mapped_by(module, disk))
            add(HolderKind::Disk, shown(disk), {}, 1 + has_own_target(module, disk));
        if (const auto level = read_line(at("/sys/block/" + disk + "/md/level"));
            !level.empty() && module == raid_module(level))
            add(HolderKind::Disk, "/dev/" + disk, "a RAID of level " + level);
    }

    bool is_mapped_by(const std::string &module, const std::string &disk) const {
        if (module == "dm_mod")
            return true;
        const auto uuid = read_line(at("/sys/block/" + disk + "/dm/uuid"));
        return module == "dm_crypt" && uuid.starts_with("CRYPT-");
    }

    // dm_mod has the simple targets itself, each of which holds its module.
    bool has_own_target(const std::string &module, const std::string &disk) const {
        const auto uuid = read_line(at("/sys/block/" + disk + "/dm/uuid"));
        return module == "dm_mod" && !uuid.starts_with("CRYPT-") && !uuid.starts_with("mpath-") &&
               !readable_entries(at("/sys/block/" + disk + "/slaves")).empty();
    }

    static std::string raid_module(std::string_view level) {
        const bool has_parity = level == "raid4" || level == "raid5" || level == "raid6";
        return has_parity ? "raid456" : std::string(level);
    }

    const HolderSearch &search_;
    HolderList &list_;
    std::vector<std::string> disks_;
};

} // namespace

void find_block_users(const HolderSearch &search, HolderList &list) {
    BlockScan(search, list).run();
}

} // namespace mk
