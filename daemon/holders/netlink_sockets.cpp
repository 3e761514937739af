// SPDX-License-Identifier: GPL-2.0-only
#include "holders/netlink_sockets.hpp"

#include <charconv>
#include <string_view>

#include "base/text_file.hpp"

namespace mk {

namespace {

template <typename Number> Number number_in(std::string_view word) {
    Number number{};
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
}

} // namespace

std::vector<NetlinkSocket> read_netlink_sockets(const std::string &file) {
    // "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode"
    constexpr std::size_t protocol = 1;
    constexpr std::size_t port = 2;
    constexpr std::size_t inode = 9;
    std::vector<NetlinkSocket> sockets;
    const auto text = read_text(file, 16U << 20).value_or("");
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " ");
        if (words.size() <= inode || words[0] == "sk")
            continue;
        NetlinkSocket socket{number_in<unsigned>(words[protocol]),
                             number_in<std::uint32_t>(words[port]),
                             number_in<std::uint64_t>(words[inode])};
        if (socket.port != 0)
            sockets.push_back(socket);
    }
    return sockets;
}

std::vector<PacketListener> read_packet_listeners(const std::string &file) {
    // "    5    313     0 0 65531     0     0        0  1"
    std::vector<PacketListener> listeners;
    const auto text = read_text(file).value_or("");
    for (const auto line : split(text, "\n"))
        if (const auto words = split(line, " "); words.size() > 2)
            listeners.push_back(
                {number_in<unsigned>(words[0]), number_in<std::uint32_t>(words[1])});
    return listeners;
}

std::vector<VirtualService> read_virtual_services(const std::string &file) {
    // "TCP  0A000001:0050 rr ", below it lines of its servers with "->"
    std::vector<VirtualService> services;
    const auto text = read_text(file).value_or("");
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " ");
        if (words.size() >= 3 &&
            (words[0] == "TCP" || words[0] == "UDP" || words[0] == "SCTP" || words[0] == "FWM"))
            services.push_back(
                {std::string(words[0]) + ' ' + std::string(words[1]), std::string(words[2])});
    }
    return services;
}

} // namespace mk
