// SPDX-License-Identifier: GPL-2.0-only
// Netlink sockets of a protocol of the module.
#include <fmt/format.h>

#include <algorithm>

#include "base/folder.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Whether the process has the socket: its port is chosen by whoever opens it.
bool has_socket(const std::string &root, std::uint32_t pid, std::uint64_t inode, int &fd) {
    const auto folder = folder_of(root, pid) + "/fd";
    const auto wanted = fmt::format("socket:[{}]", inode);
    for (const auto &name : readable_entries(folder))
        if (link_target(fmt::format("{}/{}", folder, name)) == wanted) {
            fd = std::atoi(name.c_str());
            return true;
        }
    return false;
}

} // namespace

void find_netlink_users(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks)
        for (const auto &socket : network.sockets) {
            const auto alias = fmt::format("net-pf-16-proto-{}", socket.protocol);
            if (std::ranges::find(search.aliases, alias) == search.aliases.end() ||
                list.holders.size() >= HolderSearch::holders_max)
                continue;
            Holder holder;
            holder.kind = HolderKind::Socket;
            holder.what = fmt::format("socket:[{}]", socket.inode);
            holder.references = 1;
            holder.is_public = false;
            if (has_socket(search.root, socket.port, socket.inode, holder.fd))
                add_process(holder, search.root, socket.port);
            list.holders.push_back(std::move(holder));
        }
}

} // namespace mk
