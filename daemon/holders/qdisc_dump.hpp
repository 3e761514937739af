// SPDX-License-Identifier: GPL-2.0-only
// Queueing disciplines of network interfaces, from rtnetlink.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct Qdisc {
    std::string kind; // "fq_codel"
    int interface = 0;

    bool operator==(const Qdisc &) const = default;
};

// Those in one datagram of a dump. False: it was the last, or an error.
bool read_qdiscs(std::string_view datagram, std::vector<Qdisc> &qdiscs);

// Those of the network namespace of the caller; empty if the kernel does not answer.
std::vector<Qdisc> dump_qdiscs();

} // namespace mk
