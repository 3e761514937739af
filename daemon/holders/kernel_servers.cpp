// SPDX-License-Identifier: GPL-2.0-only
// Threads of the kernel that hold their module: of servers of the network, which what they have
// open holds, too; and of connections, to a server of files or to a device of Bluetooth.
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
    std::string_view thread; // its name, or with @has_more how that begins
    std::string_view remedy;
    bool has_more = false;
    std::string_view end = {}; // of the name, of those that count
};

// The lock manager ends with its last user, which is a server or a mount. So does a connection to a
// server of files.
constexpr std::array<Server, 9> servers = {
    {{"nfsd", "nfsd", "echo 0 > /proc/fs/nfsd/threads"},
     {"sunrpc", "nfsd", "echo 0 > /proc/fs/nfsd/threads"}, // for sockets and connections
     {"lockd", "lockd", ""},
     {"cifs", "cifsd", ""},
     {"bnep", "kbnepd ", "bluetoothctl disconnect", true},
     {"cmtp", "kcmtpd_", "bluetoothctl disconnect", true},
     {"hidp", "khidpd_", "bluetoothctl disconnect", true},
     // the first one of each daemon
     {"ip_vs", "ipvs-m:", "ipvsadm --stop-daemon master", true, ":0"},
     {"ip_vs", "ipvs-b:", "ipvsadm --stop-daemon backup", true, ":0"}}};

bool is_thread(const Server &server, std::string_view name) {
    return server.has_more ? name.starts_with(server.thread) && name.ends_with(server.end)
                           : name == server.thread;
}

// "2 threads nfsd"
std::string text_of(const Server &server, std::uint32_t count) {
    return fmt::format("{} thread{} {}", count, count == 1 ? "" : "s",
                       server.thread.substr(0, server.thread.find_last_not_of(" _:") + 1));
}

std::uint32_t threads_of(const HolderSearch &search, const Server &server) {
    std::uint32_t count = 0;
    for (const auto pid : processes_in(search.root).pids) {
        const auto folder = folder_of(search.root, pid);
        // threads of the kernel have no words
        count += is_thread(server, read_line(folder + "/comm")) &&
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
        holder.what = text_of(server, count);
        const auto rest = list.rest();
        holder.references = server.module == "sunrpc" ? rest : std::min(count, rest);
        holder.remedy = server.remedy;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
