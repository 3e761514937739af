// SPDX-License-Identifier: GPL-2.0-only
#include "holders/xtables_dump.hpp"

#include <arpa/inet.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/descriptor.hpp"
#include "base/text_file.hpp"
#include "holders/extension_needs.hpp"
#include "system/rtnetlink.hpp"

namespace mk {

namespace {

// Where in a rule its target and the next rule begin.
struct Offsets {
    std::size_t target = 0;
    std::size_t next = 0;
};

// False: @bytes are too short, or these offsets lead out of them.
template <typename Entry> bool read_offsets(std::string_view bytes, Offsets &offsets) {
    Entry head{};
    if (bytes.size() < sizeof head)
        return false;
    std::memcpy(&head, bytes.data(), sizeof head);
    offsets = {head.target_offset, head.next_offset};
    return offsets.next >= sizeof head && offsets.next <= bytes.size() &&
           offsets.target >= sizeof head && offsets.target <= offsets.next;
}

std::string name_in(std::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find('\0')));
}

void add_part(std::string name, std::string_view info, XtablesRule &rule) {
    for (auto &need : extension_needs(name, info))
        rule.needs.push_back(std::move(need));
    rule.parts.push_back(std::move(name));
}

// One rule: its matches from @first on, its target at @target.
void read_parts(std::string_view entry, std::size_t first, std::size_t target, XtablesRule &rule) {
    xt_entry_match match{};
    for (std::size_t from = first; from + sizeof match <= target; from += match.u.match_size) {
        std::memcpy(&match, entry.data() + from, sizeof match);
        if (match.u.match_size < sizeof match)
            return;
        const auto data = entry.substr(0, std::min(target, from + match.u.match_size));
        add_part(name_in({match.u.user.name, sizeof match.u.user.name}),
                 data.substr(from + sizeof match), rule);
    }
    xt_entry_target last{};
    if (target + sizeof last > entry.size())
        return;
    std::memcpy(&last, entry.data() + target, sizeof last);
    if (auto name = name_in({last.u.user.name, sizeof last.u.user.name}); !name.empty())
        add_part(std::move(name), entry.substr(target + sizeof last), rule);
}

template <typename Entry> void read_entries(std::string_view entries, const char *tool,
                                            const std::string &table,
                                            std::vector<XtablesRule> &rules) {
    Offsets offsets;
    for (std::size_t number = 1; read_offsets<Entry>(entries, offsets); ++number) {
        XtablesRule rule{tool, table, number, {}, {}};
        read_parts(entries.substr(0, offsets.next), sizeof(Entry), offsets.target, rule);
        rules.push_back(std::move(rule));
        entries.remove_prefix(offsets.next);
    }
}

// What IPv4 and IPv6 call differently.
struct Family {
    int domain;
    int level;
    const char *names; // of the tables that are there: to ask for others would make them
};

template <typename Info, typename Entries>
void dump(const Family &family, std::vector<XtablesRule> &rules) {
    static_assert(IPT_SO_GET_INFO == IP6T_SO_GET_INFO && IPT_SO_GET_ENTRIES == IP6T_SO_GET_ENTRIES);
    const auto names = read_text(family.names).value_or("");
    for (const auto word : split(names, "\n")) {
        const std::string table(word);
        const Descriptor socket(::socket(family.domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        Info info{};
        socklen_t size = sizeof info;
        table.copy(info.name, sizeof info.name - 1);
        if (getsockopt(socket.get(), family.level, IPT_SO_GET_INFO, &info, &size) != 0)
            continue;
        std::string answer(sizeof(Entries) + info.size, '\0');
        // in place: no object can be made of what ends in an array of no length
        table.copy(answer.data() + offsetof(Entries, name), sizeof info.name - 1);
        std::memcpy(answer.data() + offsetof(Entries, size), &info.size, sizeof info.size);
        size = static_cast<socklen_t>(answer.size());
        if (getsockopt(socket.get(), family.level, IPT_SO_GET_ENTRIES, answer.data(), &size) == 0)
            read_xtables(std::string_view(answer).substr(sizeof(Entries)),
                         family.domain == AF_INET6, table, rules);
    }
}

} // namespace

void read_xtables(std::string_view entries, bool is_ip6, const std::string &table,
                  std::vector<XtablesRule> &rules) {
    if (is_ip6)
        read_entries<ip6t_entry>(entries, "ip6tables-legacy", table, rules);
    else
        read_entries<ipt_entry>(entries, "iptables-legacy", table, rules);
}

std::vector<XtablesRule> dump_xtables() {
    std::vector<XtablesRule> rules;
    dump<ipt_getinfo, ipt_get_entries>(
        {AF_INET, IPPROTO_IP, "/proc/thread-self/net/ip_tables_names"}, rules);
    dump<ip6t_getinfo, ip6t_get_entries>(
        {AF_INET6, IPPROTO_IPV6, "/proc/thread-self/net/ip6_tables_names"}, rules);
    return rules;
}

bool read_ip_sets(std::string_view datagram, std::vector<IpSet> &sets) {
    return rtnetlink::each_message(datagram, [&](unsigned, std::string_view message) {
        IpSet set;
        rtnetlink::each_attribute(rtnetlink::after<nfgenmsg>(message),
                                  [&](unsigned type, std::string_view value) {
                                      if (type == IPSET_ATTR_SETNAME)
                                          set.name = rtnetlink::text_of(value);
                                      else if (type == IPSET_ATTR_TYPENAME)
                                          set.type = rtnetlink::text_of(value);
                                  });
        if (!set.name.empty() && std::ranges::find(sets, set) == sets.end())
            sets.push_back(std::move(set));
    });
}

std::vector<IpSet> dump_ip_sets() {
    constexpr char protocol = 6;
    const std::uint32_t header_only = htonl(IPSET_FLAG_LIST_HEADER);
    nfgenmsg any{};
    any.nfgen_family = AF_INET;
    std::vector<IpSet> sets;
    rtnetlink::each_datagram(
        rtnetlink::message_of(
            (NFNL_SUBSYS_IPSET << 8) | IPSET_CMD_LIST, NLM_F_REQUEST | NLM_F_DUMP, any,
            rtnetlink::attribute_of(IPSET_ATTR_PROTOCOL, {&protocol, 1}) +
                rtnetlink::attribute_of(
                    IPSET_ATTR_FLAGS | NLA_F_NET_BYTEORDER,
                    {reinterpret_cast<const char *>(&header_only), sizeof header_only})),
        [&](std::string_view answer) { return read_ip_sets(answer, sets); }, NETLINK_NETFILTER);
    return sets;
}

} // namespace mk
