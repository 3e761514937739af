// SPDX-License-Identifier: GPL-2.0-only
#include "system/rtnetlink.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

namespace mk::rtnetlink {

std::string attribute_of(std::uint16_t type, std::string_view value) {
    rtattr head{};
    head.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size()));
    head.rta_type = type;
    std::string attribute(RTA_SPACE(value.size()), '\0');
    std::memcpy(attribute.data(), &head, sizeof head);
    std::copy(value.begin(), value.end(), attribute.begin() + RTA_LENGTH(0));
    return attribute;
}

Socket::Socket(int protocol) : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)) {
    const timeval limit{2, 0};
    if (fd_.get() >= 0)
        setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

bool Socket::send(std::string_view message) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    return fd_.get() >= 0 && sendto(fd_.get(), message.data(), message.size(), 0,
                                    reinterpret_cast<const sockaddr *>(&kernel),
                                    sizeof kernel) == static_cast<ssize_t>(message.size());
}

std::string_view Socket::receive() {
    sockaddr_nl from{};
    socklen_t length = sizeof from;
    ssize_t got = -1;
    do
        got = recvfrom(fd_.get(), buffer_.data(), buffer_.size(), 0,
                       reinterpret_cast<sockaddr *>(&from), &length);
    while ((got < 0 && errno == EINTR) || (got >= 0 && from.nl_pid != 0));
    return {buffer_.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
}

} // namespace mk::rtnetlink
