// SPDX-License-Identifier: GPL-2.0-only
// Security associations of IPsec, as the kernel's netlink for it lists them: whose packets between
// two machines are encrypted or signed, and by which algorithms. Keys are not kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct SecurityAssociation {
    unsigned family = 0;     // AF_INET or AF_INET6
    std::string source;      // "10.0.0.1"
    std::string destination; // the same
    unsigned protocol = 0;   // IPPROTO_ESP, ...
    std::uint32_t index = 0; // SPI
    std::uint32_t mark = 0;  // packets that it is for, if @mask is not 0
    std::uint32_t mask = 0;
    std::vector<std::string> algorithms; // "cbc(aes)", "hmac(sha256)"

    bool operator==(const SecurityAssociation &) const = default;
};

// Of one datagram. False: it was the last one.
bool read_associations(std::string_view datagram, std::vector<SecurityAssociation> &associations);
// All of the network namespace of the caller; nothing without CAP_NET_ADMIN in it, nor if the
// kernel would have to load a module for it.
std::vector<SecurityAssociation> dump_associations();

} // namespace mk
