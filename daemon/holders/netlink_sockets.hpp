// SPDX-License-Identifier: GPL-2.0-only
// Lists of the kernel's network code that are plain text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mk {

// A netlink socket of a process.
struct NetlinkSocket {
    unsigned protocol = 0;
    std::uint32_t port = 0; // mostly the process that opened it first
    std::uint64_t inode = 0;

    bool operator==(const NetlinkSocket &) const = default;
};
// /proc/net/netlink; sockets of the kernel itself are left out.
std::vector<NetlinkSocket> read_netlink_sockets(const std::string &file);

// A socket to which the firewall hands packets, or tells of them.
struct PacketListener {
    unsigned number = 0; // of the queue or group
    std::uint32_t port = 0;

    bool operator==(const PacketListener &) const = default;
};
// /proc/net/netfilter/nfnetlink_queue, nfnetlink_log
std::vector<PacketListener> read_packet_listeners(const std::string &file);

// A service of IPVS.
struct VirtualService {
    std::string what; // "TCP 0A000001:0050"
    std::string scheduler;

    bool operator==(const VirtualService &) const = default;
};
// /proc/net/ip_vs
std::vector<VirtualService> read_virtual_services(const std::string &file);

} // namespace mk
