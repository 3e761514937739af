// SPDX-License-Identifier: GPL-2.0-only
// Open terminals with a line discipline of the module.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/descriptor.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Of the terminal that the process has open; -1: it cannot be asked.
int discipline_of(std::uint32_t pid, int fd) {
    const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!process)
        return -1;
    const Descriptor terminal(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
    int discipline = -1;
    return terminal && ioctl(terminal.get(), TIOCGETD, &discipline) == 0 ? discipline : -1;
}

} // namespace

void find_line_disciplines(const HolderSearch &search, HolderList &list) {
    if (!search.driver || search.terminals.empty() || !search.root.empty())
        return;
    std::set<driver::DeviceId> counted; // a terminal has one, however often it is open
    for (const auto &file : search.driver->all) {
        const auto node = search.terminals.find({false, file.node});
        if (file.kind != driver::Holder::Kind::Node || file.fd < 0 ||
            node == search.terminals.end())
            continue;
        const auto alias = fmt::format("tty-ldisc-{}", discipline_of(file.process, file.fd));
        if (std::ranges::find(search.aliases, alias) == search.aliases.end() ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = "/dev/" + node->second;
        holder.through = "line discipline " + alias.substr(alias.rfind('-') + 1);
        holder.fd = file.fd;
        add_process(holder, search.root, file.process);
        holder.references = counted.insert(node->first).second;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
