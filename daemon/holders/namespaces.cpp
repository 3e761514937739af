// SPDX-License-Identifier: GPL-2.0-only
#include "holders/namespaces.hpp"

#include <sys/stat.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

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
    constexpr std::size_t top = 3;
    constexpr std::size_t point = 4;
    const auto text = read_text(path_in(root, "/proc/self") + "/mountinfo", 16U << 20).value_or("");
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " ");
        if (words.size() <= point || !words[top].starts_with(kind + ":["))
            continue;
        const auto inode = inode_in(std::string(words[top]));
        if (!inode || !seen.insert(*inode).second)
            continue;
        if (found.all.size() == HolderSearch::namespaces_max) {
            found.cut = true;
            return;
        }
        found.all.push_back({*inode, 0, false, {}, std::string(words[point])});
    }
}

} // namespace

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
