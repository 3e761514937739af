// SPDX-License-Identifier: GPL-2.0-only
// Netlink sockets of a protocol of the module, and those to which it hands packets.
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

Holder holder_of(const HolderSearch &search, const NetlinkSocket &socket) {
    Holder holder;
    holder.kind = HolderKind::Socket;
    holder.what = fmt::format("socket:[{}]", socket.inode);
    holder.references = 1;
    holder.is_public = false;
    if (has_socket(search.root, socket.port, socket.inode, holder.fd))
        add_process(holder, search.root, socket.port);
    return holder;
}

void find_listeners(const HolderSearch &search, const Network &network, HolderList &list) {
    constexpr unsigned of_firewall = 12; // NETLINK_NETFILTER
    for (const auto &listener : network.listeners) {
        const auto socket = std::ranges::find_if(network.sockets, [&](const NetlinkSocket &one) {
            return one.protocol == of_firewall && one.port == listener.port;
        });
        if (list.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = HolderKind::Socket;
        holder.what = fmt::format("netlink port {}", listener.port);
        holder.references = 1;
        holder.is_public = false;
        if (socket != network.sockets.end())
            holder = holder_of(search, *socket);
        holder.through =
            fmt::format("{} {}", search.module.name == "nfnetlink_queue" ? "queue" : "log group",
                        listener.number);
        list.holders.push_back(std::move(holder));
    }
}

} // namespace

void find_netlink_users(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks) {
        for (const auto &socket : network.sockets) {
            const auto alias = fmt::format("net-pf-16-proto-{}", socket.protocol);
            if (std::ranges::find(search.aliases, alias) != search.aliases.end() &&
                list.holders.size() < HolderSearch::holders_max)
                list.holders.push_back(holder_of(search, socket));
        }
        find_listeners(search, network, list);
    }
}

} // namespace mk
