// SPDX-License-Identifier: GPL-2.0-only
#include "holders/routes_dump.hpp"

#include <arpa/inet.h>
#include <linux/nexthop.h>

#include <algorithm>
#include <array>
#include <utility>

#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

void add_encapsulation(std::string_view value, TunnelRoute &route) {
    if (const auto type = value_of<std::uint16_t>(value); type && *type != 0)
        route.encapsulations.push_back(*type);
}

// A route that has more than one way has them one after another, each with attributes.
void read_ways(std::string_view bytes, TunnelRoute &route) {
    while (const auto way = value_of<rtnexthop>(bytes)) {
        if (way->rtnh_len < sizeof *way || way->rtnh_len > bytes.size())
            return;
        each_attribute(bytes.substr(sizeof *way, way->rtnh_len - sizeof *way),
                       [&](unsigned type, std::string_view value) {
                           if (type == RTA_ENCAP_TYPE)
                               add_encapsulation(value, route);
                       });
        bytes.remove_prefix(std::min<std::size_t>(RTNH_ALIGN(way->rtnh_len), bytes.size()));
    }
}

std::string text_of_prefix(unsigned family, std::string_view address, unsigned bits) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    address.substr(0, bytes.size()).copy(reinterpret_cast<char *>(bytes.data()), bytes.size());
    if (!inet_ntop(static_cast<int>(family), bytes.data(), text.data(), text.size()))
        return {};
    return std::string(text.data()) + '/' + std::to_string(bits);
}

void read_route(std::string_view message, std::vector<TunnelRoute> &routes) {
    const auto body = value_of<rtmsg>(message);
    if (!body || (body->rtm_flags & RTM_F_CLONED) != 0)
        return;
    TunnelRoute route;
    bool has_next_hop = false; // which is listed by itself
    route.family = body->rtm_family;
    route.table = body->rtm_table;
    route.destination = "default";
    each_attribute(after<rtmsg>(message), [&](unsigned type, std::string_view value) {
        if (type == RTA_DST && body->rtm_dst_len > 0)
            route.destination = text_of_prefix(route.family, value, body->rtm_dst_len);
        else if (type == RTA_TABLE)
            route.table = value_of<std::uint32_t>(value).value_or(route.table);
        else if (type == RTA_PRIORITY)
            route.priority = value_of<std::uint32_t>(value).value_or(0);
        else if (type == RTA_NH_ID)
            has_next_hop = true;
        else if (type == RTA_ENCAP_TYPE)
            add_encapsulation(value, route);
        else if (type == RTA_MULTIPATH)
            read_ways(value, route);
    });
    if (!route.encapsulations.empty() && !has_next_hop)
        routes.push_back(std::move(route));
}

void read_next_hop(std::string_view message, std::vector<TunnelRoute> &routes) {
    TunnelRoute hop;
    each_attribute(after<nhmsg>(message), [&](unsigned type, std::string_view value) {
        if (type == NHA_ID)
            hop.next_hop = value_of<std::uint32_t>(value).value_or(0);
        else if (type == NHA_ENCAP_TYPE)
            add_encapsulation(value, hop);
    });
    if (!hop.encapsulations.empty())
        routes.push_back(std::move(hop));
}

void ask(std::string_view message, std::vector<TunnelRoute> &routes) {
    constexpr std::size_t most = 100'000;
    each_datagram(message, [&](std::string_view answer) {
        return read_tunnel_routes(answer, routes) && routes.size() < most;
    });
}

} // namespace

bool read_tunnel_routes(std::string_view datagram, std::vector<TunnelRoute> &routes) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        if (type == RTM_NEWROUTE)
            read_route(message, routes);
        else if (type == RTM_NEWNEXTHOP)
            read_next_hop(message, routes);
    });
}

std::vector<TunnelRoute> dump_tunnel_routes() {
    std::vector<TunnelRoute> routes;
    for (const int family : {AF_INET, AF_INET6}) {
        rtmsg body{};
        body.rtm_family = static_cast<unsigned char>(family);
        ask(message_of(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, body), routes);
    }
    ask(message_of(RTM_GETNEXTHOP, NLM_F_REQUEST | NLM_F_DUMP, nhmsg{}), routes);
    return routes;
}

} // namespace mk
