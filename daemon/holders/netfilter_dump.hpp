// SPDX-License-Identifier: GPL-2.0-only
// What nf_tables has been told to do, as its netlink lists it: rules, chains, objects and tables of
// flows, with what in them comes from modules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct NetfilterItem {
    enum class Kind : std::uint8_t { Rule, Chain, Object, FlowTable };

    Kind kind = Kind::Rule;
    unsigned family = 0; // NFPROTO_...
    std::string table;
    std::string name; // of the chain, that of the rule too, or of the object or table of flows
    std::uint64_t handle = 0;
    // Of a rule: each of its expressions. Of a chain: its type.
    std::vector<std::string> parts;
    // Of a rule: matches and targets of iptables in it. Of an object: the helper of connections.
    std::vector<std::string> extensions;
    std::vector<std::string> objects; // of a rule, to which it refers
    std::vector<std::string> needs;   // of a rule: see extension_needs()
    unsigned object_type = 0;

    bool operator==(const NetfilterItem &) const = default;
};

// Of one datagram. False: it was the last one.
bool read_netfilter(std::string_view datagram, std::vector<NetfilterItem> &items);
// All of the network namespace of the caller; nothing without CAP_NET_ADMIN in it.
std::vector<NetfilterItem> dump_netfilter();

// "inet", "ip", ...; "": unknown
std::string_view netfilter_family(unsigned family);

} // namespace mk
