// SPDX-License-Identifier: GPL-2.0-only
#include "holders/processes.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <memory>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

Processes processes_in(const std::string &root) {
    Processes found;
    for (const auto &name : readable_entries(path_in(root, "/proc"))) {
        std::uint32_t pid = 0;
        const auto *end = name.data() + name.size();
        const auto [rest, error] = std::from_chars(name.data(), end, pid);
        if (error == std::errc() && rest == end)
            found.pids.push_back(pid);
    }
    std::ranges::sort(found.pids);
    found.cut = found.pids.size() > HolderSearch::processes_max;
    if (found.cut)
        found.pids.resize(HolderSearch::processes_max);
    return found;
}

int each_descriptor(const std::string &root, std::uint32_t pid,
                    const std::function<void(int fd, std::string_view target)> &take) {
    const auto folder = folder_of(root, pid) + "/fd";
    const std::unique_ptr<DIR, int (*)(DIR *)> descriptors(opendir(folder.c_str()), closedir);
    if (!descriptors)
        return errno;
    // there may be a great many: each costs one system call, which has no path to follow
    std::array<char, PATH_MAX> target{};
    while (const auto *entry = readdir(descriptors.get())) {
        const std::string_view name = entry->d_name;
        int fd = -1;
        std::from_chars(name.data(), name.data() + name.size(), fd);
        if (fd < 0)
            continue;
        const auto length =
            readlinkat(dirfd(descriptors.get()), entry->d_name, target.data(), target.size());
        if (length > 0)
            take(fd, {target.data(), static_cast<std::size_t>(length)});
    }
    return 0;
}

std::string folder_of(const std::string &root, std::uint32_t pid) {
    return path_in(root, "/proc/" + std::to_string(pid));
}

void add_process(Holder &holder, const std::string &root, std::uint32_t pid) {
    const auto folder = folder_of(root, pid);
    holder.pid = pid;
    if (holder.command.empty())
        holder.command = read_line(folder + "/comm");
    holder.is_public = false;
    struct stat status {};
    if (stat(folder.c_str(), &status) == 0)
        holder.user = status.st_uid;
}

Holder holder_of_file(const std::string &root, const driver::Holder &file, HolderKind kind) {
    Holder holder;
    holder.kind = kind;
    holder.what = file.name.empty() ? "a file with a long path" : file.name;
    holder.fd = file.fd;
    holder.command = file.comm;
    add_process(holder, root, file.process);
    // Another process may have the number by now: its user is told only of what it has open itself.
    const auto link = folder_of(root, file.process) + "/fd/" + std::to_string(file.fd);
    if (link_target(link) != holder.what)
        holder.user.reset();
    return holder;
}

} // namespace mk
