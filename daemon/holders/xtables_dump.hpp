// SPDX-License-Identifier: GPL-2.0-only
// Rules of iptables' older interface, and address sets of ipset, as the kernel lists them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

struct XtablesRule {
    std::string tool;  // "iptables-legacy"
    std::string table; // "filter"
    // Its place in the table, from 1 on. The rules of all chains are counted, and their ends.
    std::size_t number = 0;
    std::vector<std::string> parts; // its matches and its target, as far as they have names
    std::vector<std::string> needs; // see extension_needs()

    bool operator==(const XtablesRule &) const = default;
};

// @entries: struct ipt_entry or, with @is_ip6, struct ip6t_entry one after the other.
void read_xtables(std::string_view entries, bool is_ip6, const std::string &table,
                  std::vector<XtablesRule> &rules);
// Of the network namespace of the calling thread; nothing without CAP_NET_ADMIN in it.
std::vector<XtablesRule> dump_xtables();

struct IpSet {
    std::string name;
    std::string type; // "hash:ip"

    bool operator==(const IpSet &) const = default;
};
bool read_ip_sets(std::string_view datagram, std::vector<IpSet> &sets);
std::vector<IpSet> dump_ip_sets();

} // namespace mk
