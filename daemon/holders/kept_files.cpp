// SPDX-License-Identifier: GPL-2.0-only
// Open files that no descriptor leads to: those that a process has given to io_uring and then
// closed, and those that are on their way through a socket.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// What "  3: tun" of the list below "UserFiles:\t4" names; newer kernels tell the whole path.
std::string_view name_in(std::string_view line) {
    const auto colon = line.find(": ");
    return colon == std::string_view::npos ? std::string_view() : line.substr(colon + 2);
}

// Whether that may be a node below /dev. In another root it has another path, which ends alike.
bool may_be(std::string_view name, const std::string &node) {
    return name.starts_with('/') ? name.ends_with("/dev/" + node)
                                 : name == std::string_view(node).substr(node.rfind('/') + 1);
}

class KeptFiles {
  public:
    KeptFiles(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        for (const auto &file : search_.special)
            if (file.target == "anon_inode:[io_uring]" && is_left())
                look_into(file);
        if (is_left())
            look_for_sockets();
    }

  private:
    bool is_left() const {
        return list_.explained() < list_.references &&
               list_.holders.size() < HolderSearch::holders_max;
    }

    std::string info_of(std::uint32_t pid, int fd) const {
        return read_text(fmt::format("{}/fdinfo/{}", folder_of(search_.root, pid), fd))
            .value_or("");
    }

    void look_into(const SpecialFile &ring) {
        bool is_list = false;
        const auto info = info_of(ring.pid, ring.fd);
        for (const auto line : split(info, "\n")) {
            if (line.starts_with("UserFiles:"))
                is_list = true;
            else if (line[0] != ' ')
                is_list = false;
            else if (is_list && is_left())
                add_registered(ring, name_in(line));
        }
    }

    // Besides a driver's operations a file holds its number, if that is the driver's own, and that
    // of a tun a socket.
    std::uint32_t references_each(const DeviceNode &node) const {
        constexpr unsigned shared_number = 10; // of the kernel's own
        const bool is_once = node.block ||
                             (node.major == shared_number && node.name != "net/tun") ||
                             search_.holding.contains({false, {node.major, node.minor}});
        return is_once ? 1 : 2;
    }

    std::uint32_t at_most(std::uint32_t references) const {
        return std::min(references, list_.rest());
    }

    void add_registered(const SpecialFile &ring, std::string_view name) {
        const auto node = std::ranges::find_if(
            search_.nodes, [&](const DeviceNode &one) { return may_be(name, one.name); });
        if (node == search_.nodes.end())
            return;
        const auto *how = name.starts_with('/') ? "registered with io_uring"
                                                : "registered with io_uring, by its last name";
        add(HolderKind::File, "/dev/" + node->name, how, ring.pid, ring.fd,
            at_most(references_each(*node)));
    }

    void add(HolderKind kind, std::string what, std::string through, std::uint32_t pid, int fd,
             std::uint32_t references) {
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = std::move(through);
        holder.fd = fd;
        holder.references = references;
        add_process(holder, search_.root, pid);
        list_.holders.push_back(std::move(holder));
    }

    // The kernel tells how many files are on their way, not which: they explain nothing.
    void look_for_sockets() {
        std::size_t looked_at = 0;
        const auto first = list_.holders.size();
        for (const auto pid : processes_in(search_.root).pids)
            each_descriptor(search_.root, pid, [&](int fd, std::string_view target) {
                if (!target.starts_with("socket:") || !is_left() ||
                    ++looked_at > HolderSearch::descriptors_max)
                    return;
                if (const auto count = files_in(info_of(pid, fd)); count > 0)
                    add(HolderKind::Socket, std::string(target),
                        fmt::format("with {} on the way, perhaps of it",
                                    count == 1 ? std::string("1 file")
                                               : fmt::format("{} files", count)),
                        pid, fd, 0);
            });
        const bool is_only_one = list_.holders.size() == first + 1;
        for (auto i = first; i < list_.holders.size(); ++i)
            list_.holders[i].is_likely = is_only_one;
    }

    // Of the line "scm_fds: 1"
    static std::uint32_t files_in(std::string_view info) {
        constexpr std::string_view key = "scm_fds: ";
        std::uint32_t count = 0;
        for (const auto line : split(info, "\n"))
            if (line.starts_with(key))
                std::from_chars(line.data() + key.size(), line.data() + line.size(), count);
        return count;
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_kept_files(const HolderSearch &search, HolderList &list) {
    if (!search.nodes.empty()) // others have no files to give away
        KeptFiles(search, list).run();
}

} // namespace mk
