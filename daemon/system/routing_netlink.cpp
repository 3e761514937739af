// SPDX-License-Identifier: GPL-2.0-only
#include "system/routing_netlink.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

constexpr std::size_t addresses_max = 8;

NetworkInterface *with_index(std::vector<NetworkInterface> &interfaces, unsigned index) {
    for (auto &one : interfaces)
        if (one.index == index)
            return &one;
    return nullptr;
}

void take_link(std::string_view body, std::vector<NetworkInterface> &interfaces) {
    const auto head = value_of<ifinfomsg>(body);
    if (!head || head->ifi_index <= 0)
        return;
    NetworkInterface one;
    one.index = static_cast<unsigned>(head->ifi_index);
    one.is_up = (head->ifi_flags & IFF_UP) != 0;
    bool is_elsewhere = false;
    each_attribute(after<ifinfomsg>(body), [&](unsigned type, auto value) {
        if (type == IFLA_IFNAME)
            one.name = text_of(value);
        else if (type == IFLA_MASTER)
            one.master = value_of<std::uint32_t>(value).value_or(0);
        else if (type == IFLA_LINK)
            one.lower = value_of<std::uint32_t>(value).value_or(0);
        else if (type == IFLA_LINK_NETNSID)
            is_elsewhere = true;
        else if (type == IFLA_LINKINFO)
            each_attribute(value, [&](unsigned inner, auto kind) {
                if (inner == IFLA_INFO_KIND)
                    one.kind = text_of(kind);
            });
    });
    // An index of another namespace says nothing here. A veth's is that of its peer.
    if (is_elsewhere || one.lower == one.index || one.kind == "veth")
        one.lower = 0;
    if (!one.name.empty() && with_index(interfaces, one.index) == nullptr)
        interfaces.push_back(std::move(one));
}

void take_address(std::string_view body, std::vector<NetworkInterface> &interfaces) {
    const auto head = value_of<ifaddrmsg>(body);
    if (!head || head->ifa_scope >= RT_SCOPE_LINK)
        return;
    auto *one = with_index(interfaces, head->ifa_index);
    if (one == nullptr || one->addresses.size() >= addresses_max)
        return;
    std::string_view local;
    std::string_view peer;
    each_attribute(after<ifaddrmsg>(body), [&](unsigned type, auto value) {
        if (type == IFA_LOCAL)
            local = value;
        else if (type == IFA_ADDRESS)
            peer = value;
    });
    const auto bytes = local.empty() ? peer : local;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool is_whole = bytes.size() == (head->ifa_family == AF_INET ? 4U : 16U);
    if (is_whole && inet_ntop(head->ifa_family, bytes.data(), text.data(), text.size()) != nullptr)
        one->addresses.push_back(fmt::format("{}/{}", text.data(), head->ifa_prefixlen));
}

// Of a route to everywhere; of several next hops, each.
void take_route(std::string_view body, std::vector<NetworkInterface> &interfaces) {
    const auto head = value_of<rtmsg>(body);
    if (!head || head->rtm_dst_len != 0 || head->rtm_type != RTN_UNICAST)
        return;
    const auto mark = [&](std::uint32_t index) {
        if (auto *one = with_index(interfaces, index))
            one->has_default_route = true;
    };
    each_attribute(after<rtmsg>(body), [&](unsigned type, auto value) {
        if (type == RTA_OIF)
            mark(value_of<std::uint32_t>(value).value_or(0));
        while (type == RTA_MULTIPATH) {
            const auto hop = value_of<rtnexthop>(value);
            if (!hop || hop->rtnh_len < sizeof *hop || hop->rtnh_len > value.size())
                return;
            mark(static_cast<std::uint32_t>(hop->rtnh_ifindex));
            value.remove_prefix(std::min<std::size_t>(RTNH_ALIGN(hop->rtnh_len), value.size()));
        }
    });
}

} // namespace

bool take_answer(std::string_view bytes, std::vector<NetworkInterface> &interfaces) {
    return each_message(bytes, [&](unsigned type, std::string_view message) {
        if (type == RTM_NEWLINK)
            take_link(message, interfaces);
        else if (type == RTM_NEWADDR)
            take_address(message, interfaces);
        else if (type == RTM_NEWROUTE)
            take_route(message, interfaces);
    });
}

std::vector<NetworkInterface> network_interfaces() {
    std::vector<NetworkInterface> interfaces;
    const rtgenmsg any{AF_UNSPEC};
    for (const std::uint16_t type : {RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE})
        each_datagram(message_of(type, NLM_F_REQUEST | NLM_F_DUMP, any),
                      [&](std::string_view answer) { return take_answer(answer, interfaces); });
    return interfaces;
}

std::optional<unsigned> interface_towards(const std::string &address) {
    std::array<char, sizeof(in6_addr)> bytes{};
    const auto zone = address.find('%');
    if (zone != std::string::npos) {
        const auto index = if_nametoindex(address.substr(zone + 1).c_str());
        return index != 0 ? std::optional(index) : std::nullopt;
    }
    const bool is_4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    if (!is_4 && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
        return std::nullopt;
    const std::size_t length = is_4 ? sizeof(in_addr) : sizeof(in6_addr);
    rtmsg route{};
    route.rtm_family = is_4 ? AF_INET : AF_INET6;
    route.rtm_dst_len = static_cast<unsigned char>(length * 8);
    Socket socket;
    if (!socket.send(message_of(RTM_GETROUTE, NLM_F_REQUEST, route,
                                attribute_of(RTA_DST, {bytes.data(), length}))))
        return std::nullopt;
    std::optional<unsigned> found;
    each_message(socket.receive(), [&](unsigned answered, std::string_view message) {
        if (answered == RTM_NEWROUTE)
            each_attribute(after<rtmsg>(message), [&](unsigned type, auto value) {
                if (type == RTA_OIF)
                    found = value_of<std::uint32_t>(value);
            });
    });
    return found;
}

} // namespace mk
