// SPDX-License-Identifier: GPL-2.0-only
// Mounts of file systems of the module, and from its disks, in every mount namespace.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/mount_spaces.hpp"
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
                search.module.name == type ||
                std::ranges::find(search.aliases, "fs-" + type) != search.aliases.end())
                types.insert(std::move(type));
    return types;
}

// Ways of 9p that are of one module.
bool is_stream(const std::string &way) {
    return way == "tcp" || way == "unix";
}

// An option of a file system that says that it needs the module: "codepage=437" for nls_cp437,
// "iocharset=ascii" for nls_ascii, "trans=virtio" for 9pnet_virtio.
std::string option_for(const ModuleName &module, const std::string &options) {
    for (const auto option : split(options, ",")) {
        const auto equals = option.find('=');
        const auto name = option.substr(0, equals);
        if (equals == std::string_view::npos)
            continue;
        const std::string value(option.substr(equals + 1));
        if ((name == "codepage" && module == "nls_cp" + value) ||
            ((name == "iocharset" || name == "nls") && module == "nls_" + value) ||
            (name == "trans" && module == "9pnet_" + (is_stream(value) ? "fd" : value)))
            return std::string(option);
    }
    return {};
}

class MountScan {
  public:
    MountScan(const HolderSearch &search, HolderList &list)
        : search_(search), list_(list), types_(types_of(search)) {}

    void run() {
        const bool has_disks = std::ranges::any_of(search_.nodes, &DeviceNode::block);
        is_named_ =
            search_.module.name.starts_with("nls_") || search_.module.name.starts_with("9pnet_");
        if (types_.empty() && !has_disks && !is_named_)
            return;
        const auto namespaces = namespaces_in(search_.root, "mnt");
        for (const auto &space : namespaces.all)
            look_into(space);
        if (is_hidden_)
            list_.unchecked.emplace_back(hidden_mounts);
        if (namespaces.cut)
            list_.unchecked.emplace_back("some mount namespaces were left out: there are too many");
        count_unmounted();
        if (!devices_.empty() || list_.explained() < list_.references)
            find_directories();
        count_layers();
    }

  private:
    void look_into(const Namespace &space) {
        const auto there = mounts_in(search_.root, space);
        if (!there) {
            is_hidden_ = true;
            return;
        }
        const auto &mounts = *there;
        for (const auto &mount : mounts) {
            mounted_.insert(mount.device);
            if (mount.point == "/")
                roots_.insert(mount.device);
        }
        // what was mounted last is unmounted first
        for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
            const auto disk = disk_of(*mount);
            const auto option =
                is_named_ ? option_for(search_.module.name, mount->options) : std::string();
            if (!is_ours(mount->type) && disk.empty() && option.empty())
                continue;
            // The same file system in other places, or in copies of a namespace, is held once. A
            // copy in another namespace goes with the one that it was copied from, mostly.
            const bool is_new = devices_.insert(mount->device).second;
            if (!is_new && !space.is_own && goes_with_another(*mount))
                continue;
            if (list_.holders.size() >= HolderSearch::holders_max)
                return;
            groups_.insert(mount->peer_groups.begin(), mount->peer_groups.end());
            add(space, *mount, mounts, disk.empty() ? option : disk, is_new);
        }
    }

    // Types may have a second part: "fuse.sshfs".
    bool is_ours(const std::string &type) const {
        return types_.contains(type) || types_.contains(type.substr(0, type.find('.')));
    }

    bool goes_with_another(const Mount &mount) const {
        return std::ranges::any_of(mount.peer_groups,
                                   [&](unsigned group) { return groups_.contains(group); });
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

    void add(const Namespace &space, const Mount &mount, const std::vector<Mount> &others,
             const std::string &through, bool is_new) {
        Holder holder;
        holder.kind = HolderKind::Mount;
        holder.what = mount.type;
        holder.through = through;
        holder.mount_point = mount.point;
        holder.references = is_new;
        holder.remedy = unmount(mount, others);
        set_place(holder, search_.root, space);
        list_.holders.push_back(std::move(holder));
    }

    static std::string unmount(const Mount &mount, const std::vector<Mount> &others) {
        if (mount.point == "/") // which is under everything
            return {};
        if (mount.type == "autofs") // the service manager's
            return "systemctl stop \"$(systemd-escape -p --suffix=automount " +
                   shell_word(mount.point) + ")\"";
        const bool has_more = std::ranges::any_of(
            others, [&](const Mount &other) { return other.point.starts_with(mount.point + "/"); });
        return std::string(has_more ? "umount -R " : "umount ") + shell_word(mount.point);
    }

    // A file that is open keeps its file system though it is mounted nowhere any more.
    void count_unmounted() {
        if (!search_.driver)
            return;
        for (const auto &file : search_.driver->all) {
            const auto device = text_of(file.file_system);
            const bool is_own = file.kind == driver::Holder::Kind::File && file.references == 0;
            const bool is_stored = file.kind == driver::Holder::Kind::Node && is_own_disk(device);
            if ((!is_own && !is_stored) || mounted_.contains(device) ||
                !devices_.insert(device).second)
                continue;
            auto holder = std::ranges::find_if(list_.holders, [&](const Holder &one) {
                return one.pid == file.process && one.fd == file.fd;
            });
            if (holder == list_.holders.end())
                holder = list_.holders.insert(holder,
                                              holder_of_file(search_.root, file, HolderKind::File));
            holder->references = 1;
            holder->through = "of a file system that is mounted nowhere any more";
        }
    }

    // So does an overlay of which it is a layer, and does not say which file systems these are: the
    // last one is the likeliest.
    void count_layers() {
        if (types_.empty() || types_.contains("overlay"))
            return;
        const Namespace own{0, 0, true, {}, {}};
        const auto mounts = read_mounts(path_in(search_.root, "/proc/self") + "/mountinfo");
        const bool is_only_one = std::ranges::count_if(mounts, [](const Mount &mount) {
                                     return mount.type == "overlay" && mount.point != "/";
                                 }) == 1;
        for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
            const auto rest = list_.rest();
            if (mount->type != "overlay" || rest == 0 ||
                list_.holders.size() >= HolderSearch::holders_max)
                continue;
            add(own, *mount, mounts, "of which it is perhaps a layer", true);
            list_.holders.back().references = std::min(rest, layers_in(mount->options));
            if (!is_only_one) // nobody is to unmount another one
                list_.holders.back().remedy.clear();
        }
    }

    // Of "lowerdir=/a:/b,upperdir=/c,workdir=/d", the last two on one file system.
    static std::uint32_t layers_in(const std::string &options) {
        std::uint32_t layers = 0;
        for (const auto option : split(options, ","))
            if (option.starts_with("lowerdir=") || option.starts_with("upperdir="))
                layers += static_cast<std::uint32_t>(split(option, ":").size());
        return layers;
    }

    static std::string text_of(const driver::DeviceNumber &number) {
        return std::to_string(number.major) + ":" + std::to_string(number.minor);
    }

    bool is_own_disk(const std::string &device) const {
        return std::ranges::any_of(search_.nodes, [&](const DeviceNode &node) {
            return node.block && text_of({node.major, node.minor}) == device;
        });
    }

    // Processes whose working or root directory is on one of the file systems, and so keeps it from
    // being unmounted; or on one that is mounted nowhere any more. Not of root file systems, on
    // which all processes stand.
    void find_directories() {
        for (const auto pid : processes_in(search_.root).pids)
            for (const char *name : {"cwd", "root"}) {
                const auto link = folder_of(search_.root, pid) + "/" + name;
                const auto device = device_of(link);
                if (device.empty() || roots_.contains(device) ||
                    list_.holders.size() >= HolderSearch::holders_max)
                    continue;
                const bool may_be_ours = is_own_disk(device) || !types_.empty();
                const bool is_unmounted = may_be_ours && !mounted_.contains(device) &&
                                          list_.explained() < list_.references;
                if (is_unmounted || devices_.contains(device))
                    add_directory(pid, link, is_unmounted && devices_.insert(device).second);
            }
    }

    void add_directory(std::uint32_t pid, const std::string &link, bool is_counted) {
        Holder holder;
        holder.kind = HolderKind::Directory;
        holder.what = link_target(link).value_or("/");
        holder.references = is_counted;
        add_process(holder, search_.root, pid);
        const bool is_again = !list_.holders.empty() &&
                              list_.holders.back().kind == HolderKind::Directory &&
                              list_.holders.back().pid == pid;
        if (!is_again && static_cast<pid_t>(pid) != getpid())
            list_.holders.push_back(std::move(holder));
    }

    // Of its file system, which is not asked: it may not answer.
    std::string device_of(const std::string &link) const {
        struct statx status {};
        constexpr int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
        if (!search_.root.empty() || statx(AT_FDCWD, link.c_str(), flags, STATX_TYPE, &status) != 0)
            return {};
        return std::to_string(status.stx_dev_major) + ":" + std::to_string(status.stx_dev_minor);
    }

    const HolderSearch &search_;
    HolderList &list_;
    std::set<std::string> types_;
    bool is_named_ = false;
    bool is_hidden_ = false;        // what is mounted in one of the namespaces
    std::set<std::string> roots_;   // devices of root file systems
    std::set<std::string> mounted_; // devices of all file systems that are mounted
    std::set<std::string> devices_; // of those that hold the module
    std::set<unsigned> groups_;     // of peers, of mounts that are listed
};

} // namespace

void find_mounts(const HolderSearch &search, HolderList &list) {
    MountScan(search, list).run();
}

} // namespace mk
