// SPDX-License-Identifier: GPL-2.0-only
// Users of disks that no process has open: swap, loop devices, device-mapper, RAID.
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/remedies.hpp"
#include "holders/search.hpp"
#include "system/mounts.hpp"

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
                add_above(node.name, 0);
                add_parts_of(node.name);
            }
        for (const auto &disk : disks_)
            add_made_up(disk);
    }

  private:
    std::string at(const std::string &path) const { return path_in(search_.root, path); }

    void add(HolderKind kind, std::string what, std::string through = {},
             std::uint32_t references = 1, std::string remedy = {}) {
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = std::move(through);
        holder.references = references;
        holder.remedy = std::move(remedy);
        if (list_.holders.size() < HolderSearch::holders_max)
            list_.holders.push_back(std::move(holder));
    }

    // "Filename Type Size Used Priority", then "/dev/zram0 partition 524284 0 -2"
    void add_swap(const std::string &name) {
        if (is_swap("/dev/" + name))
            add(HolderKind::Swap, "/dev/" + name, {}, opens_of_swap());
    }

    bool is_swap(const std::string &path) const {
        const auto text = read_text(at("/proc/swaps")).value_or("");
        const auto lines = split(text, "\n");
        return std::ranges::any_of(lines, [&](std::string_view line) {
            const auto words = split(line, " \t");
            return words.size() > 1 && words[0] == path && words[1] == "partition";
        });
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
            add(HolderKind::Disk, "/dev/" + name, shown(user), 1, end_of_disk(search_.root, user));
    }

    // Who uses a disk that stands on this one: it cannot be taken away before that ends.
    void add_above(const std::string &name, int depth) {
        constexpr int depth_max = 8;
        if (depth == depth_max)
            return;
        auto above = readable_entries(at("/sys/class/block/" + name + "/holders"));
        for (const auto &disk : disks_)
            if (backing_file(disk) == "/dev/" + name)
                above.push_back(disk);
        for (const auto &disk : above) {
            add_mounts_of(disk);
            if (is_swap("/dev/" + disk))
                add(HolderKind::Swap, "/dev/" + disk, {}, 0);
            add_above(disk, depth + 1);
            for (const auto &user : readable_entries(at("/sys/class/block/" + disk + "/holders")))
                add(HolderKind::Disk, "/dev/" + disk, shown(user), 0,
                    end_of_disk(search_.root, user));
        }
    }

    void add_mounts_of(const std::string &disk) {
        const auto number = read_line(at("/sys/class/block/" + disk + "/dev"));
        const auto mounts = read_mounts(at("/proc/self") + "/mountinfo");
        for (const auto &mount : mounts) {
            if (number.empty() || mount.device != number)
                continue;
            add(HolderKind::Mount, mount.type, "/dev/" + disk, 0,
                "umount " + shell_word(mount.point));
            list_.holders.back().mount_point = mount.point;
        }
    }

    // Disks for each of which the module that makes them up holds itself.
    void add_made_up(const std::string &disk) {
        const auto &module = search_.module.name;
        if (const auto file = backing_file(disk); module == "loop" && !file.empty())
            add(HolderKind::Loop, "/dev/" + disk, file);
        if (module == "nbd" && disk.starts_with("nbd"))
            add_network_disk(disk);
        if (disk.starts_with("dm-") && search_.mapped) {
            add_targets(module, disk);
        } else if (disk.starts_with("dm-") && is_mapped_by(module, disk))
            add(HolderKind::Disk, shown(disk), {}, 1 + has_own_target(module, disk),
                end_of_disk(search_.root, disk));
        if (const auto level = read_line(at("/sys/block/" + disk + "/md/level"));
            !level.empty() && module == raid_module(level))
            add(HolderKind::Disk, "/dev/" + disk, "a RAID of level " + level, 1,
                end_of_disk(search_.root, disk));
    }

    // A disk of the network holds the module while it is connected, or open.
    void add_network_disk(const std::string &disk) {
        const bool is_connected = read_value(at("/sys/block/" + disk + "/pid")).has_value();
        const bool is_open = std::ranges::any_of(list_.holders, [&](const Holder &holder) {
            return holder.kind == HolderKind::File && holder.what == "/dev/" + disk;
        });
        if (is_connected || is_open)
            add(HolderKind::Disk, "/dev/" + disk,
                is_connected ? "which is connected" : "while it is open", 1,
                is_connected ? "nbd-client -d /dev/" + disk : std::string());
    }

    // Each part of a disk holds the module of its type; the disk itself holds dm_mod.
    void add_targets(const ModuleName &module, const std::string &disk) {
        for (const auto &mapped : *search_.mapped) {
            if ("dm-" + std::to_string(mapped.minor) != disk)
                continue;
            auto references = static_cast<std::uint32_t>(std::ranges::count_if(
                mapped.targets, [&](const auto &type) { return is_type_of(module, type); }));
            references += static_cast<std::uint32_t>(std::ranges::count_if(
                mapped.helpers, [&](const auto &helper) { return is_helper(module, helper); }));
            references += module == "dm_mod" && mapped.is_in_force;
            if (references > 0 && mapped.is_in_force)
                add(HolderKind::Disk, shown(disk), {}, references, end_of_disk(search_.root, disk));
            else if (references > 0)
                add(HolderKind::Disk, shown(disk), "of which a table is not in force yet",
                    references, end_of_table(mapped.name));
        }
    }

    bool is_type_of(const ModuleName &module, const std::string &type) const {
        static constexpr std::array<std::string_view, 3> built_in = {"error", "linear", "striped"};
        if (module == "dm_mod")
            return std::ranges::find(built_in, type) != built_in.end();
        return module == "dm-" + type ||
               std::ranges::find(search_.aliases, "dm-" + type) != search_.aliases.end();
    }

    // "round-robin" of several paths to a disk, "smq" of a cache, "core" and "userspace-base" of a
    // log, "raid1"
    static bool is_helper(const ModuleName &module, const std::string &name) {
        return module == "dm-" + name || module == "dm-cache-" + name ||
               (module == "dm_log" && (name == "core" || name == "disk")) ||
               (module == "dm_log_userspace" && name.starts_with("userspace-")) ||
               (name.starts_with("raid") && module == raid_module(name.substr(0, name.find('_'))));
    }

    bool is_mapped_by(const ModuleName &module, const std::string &disk) const {
        if (module == "dm_mod")
            return true;
        const auto uuid = read_line(at("/sys/block/" + disk + "/dm/uuid"));
        return module == "dm_crypt" && uuid.starts_with("CRYPT-");
    }

    // dm_mod has the simple targets itself, each of which holds its module.
    bool has_own_target(const ModuleName &module, const std::string &disk) const {
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
