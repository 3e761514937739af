// SPDX-License-Identifier: GPL-2.0-only
// Routes that put packets into tunnels of the module, in every network namespace.
#include <fmt/format.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>

#include "holders/search.hpp"

namespace mk {

namespace {

// Those that may be modules, as their aliases call them.
std::string_view name_of(unsigned encapsulation) {
    switch (encapsulation) {
    case LWTUNNEL_ENCAP_MPLS:
        return "MPLS";
    case LWTUNNEL_ENCAP_ILA:
        return "ILA";
    default:
        return {};
    }
}

void add(const Network &network, const TunnelRoute &route, std::uint32_t references,
         HolderList &list) {
    if (list.holders.size() >= HolderSearch::holders_max)
        return;
    Holder holder;
    holder.kind = HolderKind::Route;
    holder.through = network.where;
    holder.references = references;
    holder.is_public = network.where.empty(); // who has a namespace is nobody else's business
    if (route.next_hop != 0) {
        holder.what = fmt::format("the next hop {}", route.next_hop);
        holder.remedy = fmt::format("{}ip nexthop del id {}", network.prefix, route.next_hop);
    } else {
        const bool is_named = route.table == RT_TABLE_MAIN;
        const auto table = is_named ? std::string() : fmt::format(" table {}", route.table);
        const auto metric =
            route.priority == 0 ? std::string() : fmt::format(" metric {}", route.priority);
        const bool is_ip6 = route.family == AF_INET6;
        holder.what = fmt::format("to {}{}{}", route.destination, table, metric);
        holder.remedy = fmt::format("{}ip {}route del {}{}{}", network.prefix, is_ip6 ? "-6 " : "",
                                    route.destination, table, metric);
    }
    list.holders.push_back(std::move(holder));
}

} // namespace

void find_routes(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks)
        for (const auto &route : network.routes) {
            const auto references = std::ranges::count_if(route.encapsulations, [&](unsigned type) {
                const auto alias = fmt::format("rtnl-lwt-{}", name_of(type));
                return std::ranges::find(search.aliases, alias) != search.aliases.end();
            });
            if (references > 0)
                add(network, route, static_cast<std::uint32_t>(references), list);
        }
}

} // namespace mk
