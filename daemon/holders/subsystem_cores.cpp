// SPDX-License-Identifier: GPL-2.0-only
// References that the core of a subsystem takes by itself: one more for what is open or registers
// with it, and one to itself for each device that it looks after. And what stands on flash memory,
// or goes through a handler of paths.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Besides that for the file's operations: for each terminal, and for each open file of NVMe.
void count_again(HolderList &list) {
    std::set<std::string> terminals;
    for (auto &holder : list.holders) {
        if (holder.kind != HolderKind::File || holder.references != 1)
            continue;
        const std::string_view name = holder.what;
        if (name.starts_with("/dev/tty") && terminals.insert(holder.what).second)
            holder.references = 2;
        if (name.starts_with("/dev/nvme") && name.find('n', 9) == std::string_view::npos)
            holder.references = 2;
        if (name.starts_with("/dev/ng"))
            holder.references = 2;
    }
}

// IPVS holds itself for each scheduler and each sort of connections that registers.
void count_registered(HolderList &list) {
    for (auto &holder : list.holders)
        if (holder.kind == HolderKind::Module && holder.references == 1 &&
            holder.what.starts_with("ip_vs_"))
            holder.references = 2;
}

// Adds what is not left out because there are too many.
void add(HolderList &list, HolderKind kind, std::string what, std::string through,
         std::uint32_t references = 1, std::string remedy = {}) {
    if (list.holders.size() >= HolderSearch::holders_max)
        return;
    Holder holder;
    holder.kind = kind;
    holder.what = std::move(what);
    holder.through = std::move(through);
    holder.references = references;
    holder.remedy = std::move(remedy);
    list.holders.push_back(std::move(holder));
}

struct Core {
    std::string_view module;
    std::string_view devices; // class of sysfs
    std::string_view prefix;  // of their names
    bool is_once = false;     // it holds itself once for all of them
};

constexpr std::array<Core, 4> cores = {{{"bluetooth", "bluetooth", "hci", false},
                                        {"drm", "drm", "card", true},
                                        {"mtd", "mtd", "mtd", false},
                                        {"rc_core", "rc", "rc", false}}};

void add_devices(const HolderSearch &search, const Core &core, HolderList &list) {
    const auto folder = "/sys/class/" + std::string(core.devices);
    std::uint32_t references = 1;
    for (const auto &name : readable_entries(path_in(search.root, folder))) {
        // "card0-HDMI-1", "mtd0ro" and "hci0:12" belong to "card0", "mtd0" and "hci0"
        const auto digits =
            std::string_view(name).substr(std::min(core.prefix.size(), name.size()));
        if (!name.starts_with(core.prefix) || digits.empty() ||
            digits.find_first_not_of("0123456789") != std::string_view::npos)
            continue;
        add(list, HolderKind::Device, name, "which it looks after",
            core.is_once ? std::exchange(references, 0) : 1);
    }
}

// Flash memory of the module on which volumes are made (UBI).
void add_volumes(const HolderSearch &search, HolderList &list) {
    const std::string folder = "/sys/class/ubi/";
    for (const auto &name : readable_entries(path_in(search.root, folder))) {
        const auto number = read_line(path_in(search.root, folder + name + "/mtd_num"));
        const bool is_ours = std::ranges::any_of(search.nodes, [&](const DeviceNode &node) {
            return !node.block && node.name == "mtd" + number;
        });
        if (!number.empty() && is_ours)
            add(list, HolderKind::Disk, "/dev/mtd" + number, "/dev/" + name, 1,
                "ubidetach -m " + number);
    }
}

// SCSI devices that may be reached by several paths; what looks after these is "alua" of
// scsi_dh_alua.
void add_handled(const HolderSearch &search, HolderList &list) {
    const std::string folder = "/sys/class/scsi_device/";
    if (!search.module.name.starts_with("scsi_dh_"))
        return;
    for (const auto &name : readable_entries(path_in(search.root, folder))) {
        const auto handler = read_line(path_in(search.root, folder + name + "/device/dh_state"));
        if (search.module.name == "scsi_dh_" + handler)
            add(list, HolderKind::Device, name, "a SCSI device whose paths it looks after");
    }
}

} // namespace

void find_core_references(const HolderSearch &search, HolderList &list) {
    if (search.driver && search.module.name != "nvme_core")
        count_again(list);
    if (search.module.name == "ip_vs")
        count_registered(list);
    add_volumes(search, list);
    add_handled(search, list);
    for (const auto &core : cores)
        if (core.module == search.module.name)
            add_devices(search, core, list);
}

} // namespace mk
