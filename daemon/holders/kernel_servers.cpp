// SPDX-License-Identifier: GPL-2.0-only
// Servers of the network that run in the kernel: on some kernels each of their threads holds the
// module; what they have open holds the module of the protocol below.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

struct Server {
    std::string_view module;
    std::string_view thread; // its name
    std::string_view remedy;
};

// The lock manager ends with its last user, which is a server or a mount.
constexpr std::array<Server, 3> servers = {
    {{"nfsd", "nfsd", "echo 0 > /proc/fs/nfsd/threads"},
     {"sunrpc", "nfsd", "echo 0 > /proc/fs/nfsd/threads"}, // for sockets and connections
     {"lockd", "lockd", ""}}};

std::uint32_t threads_of(const HolderSearch &search, const Server &server) {
    std::uint32_t count = 0;
    for (const auto pid : processes_in(search.root).pids) {
        const auto folder = folder_of(search.root, pid);
        // threads of the kernel have no words
        count += read_line(folder + "/comm") == server.thread &&
                 read_text(folder + "/cmdline").value_or("?").empty();
    }
    return count;
}

} // namespace

void find_kernel_servers(const HolderSearch &search, HolderList &list) {
    for (const auto &server : servers) {
        if (server.module != search.module.name)
            continue;
        const auto count = threads_of(search, server);
        if (count == 0)
            continue;
        Holder holder;
        holder.kind = HolderKind::Server;
        holder.what = fmt::format("{} threads {}", count, server.thread);
        const auto rest = list.references - list.explained();
        holder.references = server.module == server.thread ? std::min(count, rest) : rest;
        holder.remedy = server.remedy;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
