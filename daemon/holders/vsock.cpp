// SPDX-License-Identifier: GPL-2.0-only
// Sockets between machines that use the module as their transport, which holds it as long as they
// are connected. Which one they use follows from the other end.
#include <sys/socket.h> // older kernel headers need it, and do not include it

#include <linux/vm_sockets.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "holders/open_file_set.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

enum class Way : std::uint8_t { Local, ToHost, ToGuest };

std::optional<Way> way_of(const ModuleName &module) {
    static constexpr std::array<std::pair<std::string_view, Way>, 5> ways = {
        {{"vsock_loopback", Way::Local},
         {"vmw_vsock_virtio_transport", Way::ToHost},
         {"hv_sock", Way::ToHost},
         {"vmw_vsock_vmci_transport", Way::ToHost},
         {"vhost_vsock", Way::ToGuest}}};
    for (const auto &[name, way] : ways)
        if (name == module)
            return way;
    return std::nullopt;
}

// As the kernel chooses it.
Way way_to(std::uint32_t peer, std::uint32_t own) {
    const bool is_host = own == std::numeric_limits<std::uint32_t>::max() || own == VMADDR_CID_HOST;
    if (peer == VMADDR_CID_LOCAL || peer == own || (is_host && peer == VMADDR_CID_HOST))
        return Way::Local;
    return peer <= VMADDR_CID_HOST ? Way::ToHost : Way::ToGuest;
}

} // namespace

bool is_vsock_transport(const ModuleName &module) {
    return way_of(module).has_value();
}

void find_vsock_users(const HolderSearch &search, HolderList &list) {
    if (!search.vsock)
        return;
    OpenFileSet<std::uint64_t> open(search.root.empty());
    for (const auto &[file, peer] : search.vsock->all) {
        if (way_of(search.module.name) != way_to(peer, search.vsock->own) ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        auto holder = holder_of_file(search.root, file, HolderKind::Socket);
        holder.references = open.is_new(file.inode, {file.process, file.fd});
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
