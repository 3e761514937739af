// SPDX-License-Identifier: GPL-2.0-only
#include "system/routing_netlink.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/descriptor.hpp"

namespace mk {

namespace {

constexpr std::size_t addresses_max = 8;
constexpr std::chrono::seconds patience{2};

// The attributes in @bytes: each is passed to @take by its type and value.
template <typename Take> void each_attribute(std::string_view bytes, Take take) {
    while (bytes.size() >= sizeof(rtattr)) {
        rtattr head{};
        std::memcpy(&head, bytes.data(), sizeof head);
        if (head.rta_len < sizeof head || head.rta_len > bytes.size())
            return;
        take(static_cast<unsigned>(head.rta_type & NLA_TYPE_MASK),
             bytes.substr(sizeof head, head.rta_len - sizeof head));
        bytes.remove_prefix(std::min<std::size_t>(RTA_ALIGN(head.rta_len), bytes.size()));
    }
}

template <typename T> std::optional<T> value_of(std::string_view bytes) {
    T value{};
    if (bytes.size() < sizeof value)
        return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

std::string text_of(std::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find('\0')));
}

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
    each_attribute(body.substr(NLMSG_ALIGN(sizeof *head)), [&](unsigned type, auto value) {
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
    each_attribute(body.substr(NLMSG_ALIGN(sizeof *head)), [&](unsigned type, auto value) {
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
    each_attribute(body.substr(NLMSG_ALIGN(sizeof *head)), [&](unsigned type, auto value) {
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

class Socket {
  public:
    Socket() : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
        const timeval limit{std::chrono::seconds(patience).count(), 0};
        if (fd_.get() >= 0)
            setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    bool send(std::string_view message) {
        sockaddr_nl kernel{};
        kernel.nl_family = AF_NETLINK;
        return fd_.get() >= 0 && sendto(fd_.get(), message.data(), message.size(), 0,
                                        reinterpret_cast<const sockaddr *>(&kernel),
                                        sizeof kernel) == static_cast<ssize_t>(message.size());
    }
    // "": there was none in time.
    std::string_view receive() {
        sockaddr_nl from{};
        socklen_t length = sizeof from;
        ssize_t got = -1;
        do
            got = recvfrom(fd_.get(), buffer_.data(), buffer_.size(), 0,
                           reinterpret_cast<sockaddr *>(&from), &length);
        while ((got < 0 && errno == EINTR) || (got >= 0 && from.nl_pid != 0));
        return {buffer_.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
    }

  private:
    Descriptor fd_;
    std::array<char, 32768> buffer_{};
};

template <typename Body> std::string message_of(std::uint16_t type, std::uint16_t flags,
                                                const Body &body,
                                                std::string_view attributes = {}) {
    nlmsghdr head{};
    head.nlmsg_len =
        static_cast<std::uint32_t>(NLMSG_LENGTH(NLMSG_ALIGN(sizeof body)) + attributes.size());
    head.nlmsg_type = type;
    head.nlmsg_flags = flags;
    std::string message(head.nlmsg_len, '\0');
    std::memcpy(message.data(), &head, sizeof head);
    std::memcpy(message.data() + NLMSG_HDRLEN, &body, sizeof body);
    if (!attributes.empty())
        std::memcpy(message.data() + NLMSG_LENGTH(NLMSG_ALIGN(sizeof body)), attributes.data(),
                    attributes.size());
    return message;
}

void ask_for_all(Socket &socket, std::uint16_t type, std::vector<NetworkInterface> &interfaces) {
    rtgenmsg any{};
    any.rtgen_family = AF_UNSPEC;
    if (!socket.send(message_of(type, NLM_F_REQUEST | NLM_F_DUMP, any)))
        return;
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto answer = socket.receive();
        if (answer.empty() || !take_answer(answer, interfaces) ||
            std::chrono::steady_clock::now() > end)
            return;
    }
}

} // namespace

bool take_answer(std::string_view bytes, std::vector<NetworkInterface> &interfaces) {
    while (bytes.size() >= sizeof(nlmsghdr)) {
        nlmsghdr head{};
        std::memcpy(&head, bytes.data(), sizeof head);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > bytes.size())
            return false;
        const auto body = bytes.substr(NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN);
        if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR)
            return false;
        if (head.nlmsg_type == RTM_NEWLINK)
            take_link(body, interfaces);
        else if (head.nlmsg_type == RTM_NEWADDR)
            take_address(body, interfaces);
        else if (head.nlmsg_type == RTM_NEWROUTE)
            take_route(body, interfaces);
        bytes.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), bytes.size()));
    }
    return true;
}

std::vector<NetworkInterface> network_interfaces() {
    std::vector<NetworkInterface> interfaces;
    for (const std::uint16_t type : {RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE}) {
        // one each: what is left of an answer that was not read to the end goes with it
        Socket socket;
        ask_for_all(socket, type, interfaces);
    }
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
    rtattr head{};
    head.rta_len = static_cast<unsigned short>(RTA_LENGTH(length));
    head.rta_type = RTA_DST;
    std::string attribute(RTA_SPACE(length), '\0');
    std::memcpy(attribute.data(), &head, sizeof head);
    std::memcpy(attribute.data() + RTA_LENGTH(0), bytes.data(), length);
    rtmsg route{};
    route.rtm_family = is_4 ? AF_INET : AF_INET6;
    route.rtm_dst_len = static_cast<unsigned char>(length * 8);
    Socket socket;
    if (!socket.send(message_of(RTM_GETROUTE, NLM_F_REQUEST, route, attribute)))
        return std::nullopt;
    const auto answer = socket.receive();
    const auto answered = value_of<nlmsghdr>(answer);
    if (!answered || answered->nlmsg_type != RTM_NEWROUTE || answered->nlmsg_len > answer.size() ||
        answered->nlmsg_len < NLMSG_LENGTH(sizeof route))
        return std::nullopt;
    std::optional<unsigned> found;
    each_attribute(answer.substr(NLMSG_LENGTH(NLMSG_ALIGN(sizeof route)),
                                 answered->nlmsg_len - NLMSG_LENGTH(NLMSG_ALIGN(sizeof route))),
                   [&](unsigned type, auto value) {
                       if (type == RTA_OIF)
                           found = value_of<std::uint32_t>(value);
                   });
    return found;
}

} // namespace mk
