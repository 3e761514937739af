// SPDX-License-Identifier: GPL-2.0-only
// Who may use the algorithms of the module: the kernel tells how many do, not who. Sockets of its
// cryptography, disks that are encrypted, IPsec, zswap, zram.
#include <algorithm>

#include "holders/algorithms.hpp"
#include "holders/processes.hpp"
#include "holders/remedies.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

void add_sockets(const HolderSearch &search, HolderList &list) {
    if (!search.cryptography)
        return;
    for (const auto &file : search.cryptography->all) {
        if (file.kind != driver::Holder::Kind::File || !file.name.starts_with("socket:") ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        auto holder = holder_of_file(search.root, file, HolderKind::Socket);
        holder.through = "of the kernel's cryptography";
        list.holders.push_back(std::move(holder));
    }
}

void add_disks(const HolderSearch &search, HolderList &list) {
    for (const auto &disk : search.mapped.value_or(std::vector<MappedDisk>())) {
        if (std::ranges::find(disk.targets, "crypt") == disk.targets.end())
            continue;
        const auto node = "dm-" + std::to_string(disk.minor);
        Holder holder;
        holder.kind = HolderKind::Disk;
        holder.what = "/dev/" + node;
        holder.through = disk.is_in_force ? "which is encrypted" : "which would be encrypted";
        holder.remedy = disk.is_in_force ? end_of_disk(search.root, node) : end_of_table(disk.name);
        list.holders.push_back(std::move(holder));
    }
}

// Names of the module's algorithms; "__" is before one that only others are made of.
std::vector<std::string> names_in_use(const HolderSearch &search) {
    std::vector<std::string> names;
    for (const auto &algorithm : algorithms_in_use(search.root, search.module.name))
        names.push_back(algorithm.name.starts_with("__") ? algorithm.name.substr(2)
                                                         : algorithm.name);
    return names;
}

} // namespace

void find_algorithm_users(const HolderSearch &search, HolderList &list) {
    if (std::ranges::find(list.holders, HolderKind::Algorithm, &Holder::kind) == list.holders.end())
        return;
    add_sockets(search, list);
    add_disks(search, list);
    const auto names = names_in_use(search);
    find_associations_with(search, names, list);
    find_zswap_with(search, names, list);
    find_zram_with(search, names, list);
}

} // namespace mk
