// SPDX-License-Identifier: GPL-2.0-only
// Routes that put packets into a tunnel by themselves, without an interface for it, as the kernel's
// routing netlink lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct TunnelRoute {
    unsigned family = 0;     // AF_INET, AF_INET6, AF_MPLS
    std::string destination; // "10.9.0.0/24", "default"
    std::uint32_t table = 0;
    std::uint32_t priority = 0;           // 0: none
    std::uint32_t next_hop = 0;           // it is no route, but the next hop of this number
    std::vector<unsigned> encapsulations; // LWTUNNEL_ENCAP_..., of each of its ways

    bool operator==(const TunnelRoute &) const = default;
};

// Of one datagram; other routes are left out. False: it was the last one.
bool read_tunnel_routes(std::string_view datagram, std::vector<TunnelRoute> &routes);
// All of the network namespace of the caller.
std::vector<TunnelRoute> dump_tunnel_routes();

} // namespace mk
