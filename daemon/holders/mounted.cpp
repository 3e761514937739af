// SPDX-License-Identifier: GPL-2.0-only
// Mounts of file systems of the module, and from its disks, in every mount namespace.
#include <algorithm>
#include <set>

#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/namespaces.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

// The file systems that the kernel knows now and that aliases of the module's file name, such as
// "fs-btrfs", or that have its own name.
std::set<std::string> types_of(const HolderSearch &search) {
    std::set<std::string> types;
    const auto text = read_text(path_in(search.root, "/proc/filesystems")).value_or("");
    for (const auto line : split(text, "\n"))
        if (const auto words = split(line, " \t"); !words.empty())
            if (std::string type(words.back());
                canonical_name(type) == search.module.name ||
                std::ranges::find(search.aliases, "fs-" + type) != search.aliases.end())
                types.insert(std::move(type));
    return types;
}

class MountScan {
  public:
    MountScan(const HolderSearch &search, HolderList &list)
        : search_(search), list_(list), types_(types_of(search)) {}

    void run() {
        const bool has_disks = std::ranges::any_of(search_.nodes, &DeviceNode::block);
        if (types_.empty() && !has_disks)
            return;
        const auto namespaces = namespaces_in(search_.root, "mnt");
        for (const auto &space : namespaces.all)
            look_into(space);
        if (namespaces.cut)
            list_.unchecked.emplace_back("some mount namespaces were left out: there are too many");
    }

  private:
    void look_into(const Namespace &space) {
        const auto folder =
            space.is_own ? path_in(search_.root, "/proc/self") : folder_of(search_.root, space.pid);
        for (const auto &mount : read_mounts(folder + "/mountinfo")) {
            const auto disk = disk_of(mount);
            if (!types_.contains(mount.type) && disk.empty())
                continue;
            // The same file system in other places, or in copies of a namespace, is held once.
            if (!seen_.insert({mount.device, mount.type}).second ||
                list_.holders.size() >= HolderSearch::holders_max)
                continue;
            add(space, mount, disk);
        }
    }

    // The disk of the module that the file system is on; "": another one.
    std::string disk_of(const Mount &mount) const {
        for (const auto &node : search_.nodes)
            if (node.block &&
                (mount.device == std::to_string(node.major) + ":" + std::to_string(node.minor) ||
                 mount.source == "/dev/" + node.name))
                return "/dev/" + node.name;
        return {};
    }

    void add(const Namespace &space, const Mount &mount, const std::string &disk) {
        Holder holder;
        holder.kind = HolderKind::Mount;
        holder.what = mount.type;
        holder.through = disk;
        holder.mount_point = mount.point;
        holder.references = 1;
        if (!space.is_own) {
            holder.name_space = space.inode;
            add_process(holder, search_.root, space.pid);
            holder.user.reset(); // another process may have the number by now
        }
        list_.holders.push_back(std::move(holder));
    }

    const HolderSearch &search_;
    HolderList &list_;
    std::set<std::string> types_;
    std::set<std::pair<std::string, std::string>> seen_;
};

} // namespace

void find_mounts(const HolderSearch &search, HolderList &list) {
    MountScan(search, list).run();
}

} // namespace mk
