// SPDX-License-Identifier: GPL-2.0-only
// Messages of the kernel's routing netlink, and of others that look like it: asked for, received,
// taken apart. Routing needs no privileges; of the network namespace of the caller.
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace mk::rtnetlink {

// Nothing: @bytes are too short.
template <typename T> std::optional<T> value_of(std::string_view bytes) {
    T value{};
    if (bytes.size() < sizeof value)
        return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

// Up to the first NUL.
inline std::string text_of(std::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find('\0')));
}

// What stands behind the fixed part of a message, which is a @Body.
template <typename Body> std::string_view after(std::string_view message) {
    return message.substr(std::min<std::size_t>(NLMSG_ALIGN(sizeof(Body)), message.size()));
}

// Calls @take(type, value) for each attribute in @bytes, up to one that is cut short.
template <typename Take> void each_attribute(std::string_view bytes, Take take) {
    while (const auto head = value_of<rtattr>(bytes)) {
        if (head->rta_len < sizeof *head || head->rta_len > bytes.size())
            return;
        take(static_cast<unsigned>(head->rta_type & NLA_TYPE_MASK),
             bytes.substr(sizeof *head, head->rta_len - sizeof *head));
        bytes.remove_prefix(std::min<std::size_t>(RTA_ALIGN(head->rta_len), bytes.size()));
    }
}

// Calls @take(type, message) for each message in one datagram. False: it was the last of a dump, an
// error, or cut short.
template <typename Take> bool each_message(std::string_view datagram, Take take) {
    while (const auto head = value_of<nlmsghdr>(datagram)) {
        if (head->nlmsg_len < sizeof *head || head->nlmsg_len > datagram.size() ||
            head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
            return false;
        take(head->nlmsg_type, datagram.substr(NLMSG_HDRLEN, head->nlmsg_len - NLMSG_HDRLEN));
        datagram.remove_prefix(
            std::min<std::size_t>(NLMSG_ALIGN(head->nlmsg_len), datagram.size()));
    }
    return true;
}

// @attributes: whole ones, padded.
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
    std::copy(attributes.begin(), attributes.end(),
              message.begin() + NLMSG_LENGTH(NLMSG_ALIGN(sizeof body)));
    return message;
}

// One attribute for message_of().
std::string attribute_of(std::uint16_t type, std::string_view value);

class Socket {
  public:
    explicit Socket(int protocol = NETLINK_ROUTE);
    bool send(std::string_view message);
    // One datagram of the kernel, good until the next call; "": there was none within two seconds.
    std::string_view receive();

  private:
    Descriptor fd_;
    std::array<char, 32768> buffer_{};
};

// Calls @take(datagram) for the answers to @message, which asks for a dump, until it returns false,
// but for two seconds at most.
template <typename Take>
void each_datagram(std::string_view message, Take take, int protocol = NETLINK_ROUTE) {
    constexpr std::chrono::seconds patience{2};
    // one each: what is left of an answer that was not read to the end goes with it
    Socket socket(protocol);
    if (!socket.send(message))
        return;
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto answer = socket.receive();
        if (answer.empty() || !take(answer) || std::chrono::steady_clock::now() > end)
            return;
    }
}

} // namespace mk::rtnetlink
