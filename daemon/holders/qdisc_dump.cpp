// SPDX-License-Identifier: GPL-2.0-only
#include "holders/qdisc_dump.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/descriptor.hpp"

namespace mk {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t aligned(std::size_t size) {
    return (size + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
}

template <typename T> std::optional<T> head_of(Bytes bytes) {
    T head;
    if (bytes.size() < sizeof(head))
        return std::nullopt;
    std::memcpy(&head, bytes.data(), sizeof(head));
    return head;
}

Bytes after(Bytes bytes, std::size_t size) {
    return bytes.subspan(std::min(aligned(size), bytes.size()));
}

std::string kind_in(Bytes attributes) {
    for (auto head = head_of<rtattr>(attributes);
         head && head->rta_len >= sizeof(rtattr) && head->rta_len <= attributes.size();
         head = head_of<rtattr>(attributes)) {
        const auto value = attributes.subspan(sizeof(rtattr), head->rta_len - sizeof(rtattr));
        if (head->rta_type == TCA_KIND) {
            std::string kind(value.size(), '\0');
            std::memcpy(kind.data(), value.data(), value.size());
            return kind.substr(0, kind.find('\0'));
        }
        attributes = after(attributes, head->rta_len);
    }
    return {};
}

// All of them, also those that hardly anybody wants to see.
struct Request {
    nlmsghdr header{};
    tcmsg body{};
    rtattr invisible{};
};

Request request() {
    Request request;
    request.header = {sizeof(request), RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
    request.invisible = {sizeof(rtattr), TCA_DUMP_INVISIBLE};
    return request;
}

} // namespace

bool read_qdiscs(std::span<const std::byte> datagram, std::vector<Qdisc> &qdiscs) {
    for (auto head = head_of<nlmsghdr>(datagram); head; head = head_of<nlmsghdr>(datagram)) {
        if (head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > datagram.size() ||
            head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
            return true;
        const auto message = datagram.subspan(sizeof(nlmsghdr), head->nlmsg_len - sizeof(nlmsghdr));
        const auto body = head_of<tcmsg>(message);
        if (head->nlmsg_type == RTM_NEWQDISC && body)
            if (auto kind = kind_in(after(message, sizeof(tcmsg))); !kind.empty())
                qdiscs.push_back({std::move(kind), body->tcm_ifindex});
        datagram = after(datagram, head->nlmsg_len);
    }
    return false;
}

std::vector<Qdisc> dump_qdiscs() {
    constexpr std::size_t most = 100'000;
    std::vector<Qdisc> qdiscs;
    const Descriptor channel(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    const timeval patience = {5, 0};
    const auto asked = request();
    if (!channel ||
        setsockopt(channel.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
        send(channel.get(), &asked, sizeof(asked), 0) < 0)
        return qdiscs;
    alignas(nlmsghdr) std::array<std::byte, 32768> buffer;
    while (qdiscs.size() < most) {
        const auto got = recv(channel.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0 || read_qdiscs({buffer.data(), static_cast<std::size_t>(got)}, qdiscs))
            break;
    }
    return qdiscs;
}

} // namespace mk
