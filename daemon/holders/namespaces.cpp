// SPDX-License-Identifier: GPL-2.0-only
#include "holders/namespaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

// Of "mnt:[4026531841]"
std::optional<std::uint64_t> inode_in(const std::optional<std::string> &link) {
    const auto open = link ? link->find('[') : std::string::npos;
    if (open == std::string::npos)
        return std::nullopt;
    std::uint64_t inode = 0;
    const auto [end, error] =
        std::from_chars(link->data() + open + 1, link->data() + link->size(), inode);
    return error == std::errc() ? std::optional(inode) : std::nullopt;
}

// Those that "ip netns add" made.
void add_named(const std::string &root, std::set<std::uint64_t> &seen, Namespaces &found) {
    const auto folder = path_in(root, "/run/netns");
    for (const auto &name : readable_entries(folder)) {
        struct stat status {};
        if (stat(fmt::format("{}/{}", folder, name).c_str(), &status) != 0)
            continue;
        const auto known =
            std::ranges::find(found.all, std::uint64_t{status.st_ino}, &Namespace::inode);
        if (known != found.all.end() && !known->is_own)
            known->name = name;
        if (!seen.insert(status.st_ino).second || found.all.size() == HolderSearch::namespaces_max)
            continue;
        found.all.push_back({status.st_ino, 0, false, name, {}});
    }
}

// Those that are mounted on a file. A line of mountinfo: "60 24 0:4 mnt:[4026532181] /run/kept/box
// rw - nsfs nsfs rw".
void add_kept(const std::string &root, const std::string &kind, std::set<std::uint64_t> &seen,
              Namespaces &found) {
    for (auto &mount : read_mounts(path_in(root, "/proc/self") + "/mountinfo")) {
        if (mount.type != "nsfs" || !mount.top.starts_with(kind + ":["))
            continue;
        const auto inode = inode_in(mount.top);
        if (!inode || !seen.insert(*inode).second)
            continue;
        if (found.all.size() == HolderSearch::namespaces_max) {
            found.cut = true;
            return;
        }
        found.all.push_back({*inode, 0, false, {}, std::move(mount.point)});
    }
}

// A way that asks no file system whose server may not answer, and mounts none. The places where
// something is mounted are in the kernel's memory always.
Descriptor find_at_once(const std::string &path) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_CACHED;
    constexpr int tries_max = 10; // names may change meanwhile
    int fd = -1;
    for (int i = 0; i < tries_max && fd < 0; ++i)
        fd = static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
    return Descriptor(fd);
}

// File systems whose server may not answer, or that mount others when somebody comes by.
bool may_wait(const std::string &type) {
    static constexpr std::array<std::string_view, 8> types = {"9p",   "afs",  "autofs", "ceph",
                                                              "cifs", "smb3", "nfs",    "nfs4"};
    return type.starts_with("fuse") || std::ranges::find(types, type) != types.end();
}

// What the kernel does not find at once may still be there, such as below a root file system of the
// network. That one answers, or nothing would.
Descriptor find_kept(const std::string &path) {
    auto found = find_at_once(path);
    const auto is_in_the_way = [&](const Mount &mount) {
        return mount.point != "/" && may_wait(mount.type) &&
               (path == mount.point || path.starts_with(mount.point + "/"));
    };
    if (!found && errno == EAGAIN && std::ranges::none_of(read_mounts(), is_in_the_way))
        found = Descriptor(open(path.c_str(), O_PATH | O_CLOEXEC));
    return found;
}

bool is_of(const Descriptor &file, const Namespace &space) {
    struct statfs system {};
    struct stat status {};
    return file && fstatfs(file.get(), &system) == 0 && system.f_type == NSFS_MAGIC &&
           fstat(file.get(), &status) == 0 && status.st_ino == space.inode;
}

} // namespace

Descriptor open_namespace(const Namespace &space, const std::string &kind) {
    const auto own = space.is_own ? std::string("/proc/self") : folder_of("", space.pid);
    std::string path = own + "/ns/" + kind;
    Descriptor place;
    if (!space.is_own && space.pid == 0) { // no process is known to be in it
        place = find_kept(space.path.empty() ? "/run/netns/" + space.name : space.path);
        if (!is_of(place, space))
            return {};
        path = fmt::format("/proc/self/fd/{}", place.get());
    }
    Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return is_of(file, space) ? std::move(file) : Descriptor();
}

Namespaces namespaces_in(const std::string &root, const std::string &kind) {
    Namespaces found;
    std::set<std::uint64_t> seen;
    const auto own = inode_in(link_target(path_in(root, "/proc/self") + "/ns/" + kind));
    if (own) {
        found.all.push_back({*own, 0, true, {}, {}});
        seen.insert(*own);
    }
    const auto processes = processes_in(root);
    found.cut = processes.cut;
    for (const auto pid : processes.pids) {
        const auto inode = inode_in(link_target(folder_of(root, pid) + "/ns/" + kind));
        if (!inode || seen.contains(*inode))
            continue;
        if (found.all.size() == HolderSearch::namespaces_max) {
            found.cut = true;
            break;
        }
        seen.insert(*inode);
        found.all.push_back({*inode, pid, false, {}, {}});
    }
    if (kind == "net")
        add_named(root, seen, found);
    add_kept(root, kind, seen, found);
    return found;
}

} // namespace mk
