// SPDX-License-Identifier: GPL-2.0-only
#include "holders/traffic_dump.hpp"

#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_ct.h>
#include <linux/tc_act/tc_ctinfo.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/tc_act/tc_pedit.h>
#include <net/if.h>

#include <algorithm>
#include <array>

#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

constexpr std::size_t most = 100'000;

// What all actions have in their parameters: index, capabilities, action, references, filters.
struct ActionParameters {
    std::uint32_t index;
    std::uint32_t capabilities;
    std::int32_t action;
    std::int32_t references;
    std::int32_t bound;
};

std::string name_of_interface(int number) {
    std::array<char, IF_NAMESIZE> name{};
    return if_indextoname(static_cast<unsigned>(number), name.data()) ? name.data() : "";
}

// Whether the attribute of this type has what all actions have.
bool has_parameters(std::string_view action, unsigned type) {
    static constexpr std::array<std::string_view, 5> first = {"connmark", "csum", "ct", "ife",
                                                              "nat"};
    if (action == "ctinfo")
        return type == TCA_CTINFO_ACT;
    if (action == "pedit" && type == TCA_PEDIT_PARMS_EX)
        return true;
    const bool is_first = std::ranges::find(first, action) != first.end();
    return type == (is_first ? unsigned{TCA_CT_PARMS} : unsigned{TCA_GACT_PARMS});
}

// Of a limit of traffic, which is no action like the others.
void read_limit(std::string_view bytes, TrafficItem &item) {
    const auto all = value_of<tc_police>(bytes);
    item.index = all ? all->index : 0;
    item.bound = all ? all->bindcnt : 0;
}

void read_action(std::string_view action, std::vector<TrafficItem> &items) {
    TrafficItem item;
    item.kind = TrafficItem::Kind::Action;
    each_attribute(action, [&](unsigned type, std::string_view value) {
        if (type == TCA_ACT_KIND)
            item.name = text_of(value);
        if (type != TCA_ACT_OPTIONS)
            return;
        item.options = value;
        each_attribute(value, [&](unsigned inner, std::string_view bytes) {
            if (item.name == "police" && inner == TCA_POLICE_TBF)
                return read_limit(bytes, item);
            const auto all = value_of<ActionParameters>(bytes);
            if (all && item.name != "police" && has_parameters(item.name, inner)) {
                item.index = all->index;
                item.bound = all->bound;
            }
        });
    });
    if (!item.name.empty())
        items.push_back(std::move(item));
}

void read_actions(std::string_view message, std::vector<TrafficItem> &items) {
    each_attribute(after<tcamsg>(message), [&](unsigned type, std::string_view table) {
        if (type == TCA_ACT_TAB)
            each_attribute(table,
                           [&](unsigned, std::string_view action) { read_action(action, items); });
    });
}

void read_qdisc_or_filter(unsigned type, std::string_view message,
                          std::vector<TrafficItem> &items) {
    const auto body = value_of<tcmsg>(message);
    if (!body)
        return;
    TrafficItem item;
    item.kind = type == RTM_NEWQDISC ? TrafficItem::Kind::Qdisc : TrafficItem::Kind::Filter;
    item.interface = body->tcm_ifindex;
    item.parent = body->tcm_parent;
    item.handle = body->tcm_handle;
    if (item.kind == TrafficItem::Kind::Filter) {
        item.priority = TC_H_MAJ(body->tcm_info) >> 16;
        item.protocol = TC_H_MIN(body->tcm_info);
    }
    each_attribute(after<tcmsg>(message), [&](unsigned attribute, std::string_view value) {
        if (attribute == TCA_KIND)
            item.name = text_of(value);
        else if (attribute == TCA_CHAIN)
            item.chain = value_of<std::uint32_t>(value).value_or(0);
        else if (attribute == TCA_OPTIONS && item.kind == TrafficItem::Kind::Filter)
            item.options = value;
    });
    if (!item.name.empty())
        items.push_back(std::move(item));
}

void ask(std::string_view message, std::vector<TrafficItem> &items) {
    each_datagram(message, [&](std::string_view answer) {
        return read_traffic(answer, items) && items.size() < most;
    });
}

// Where filters of a queueing discipline hang.
std::vector<std::uint32_t> parents_of_filters(const TrafficItem &qdisc) {
    if (qdisc.name == "clsact")
        return {TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)};
    return {qdisc.handle};
}

void ask_for_filters(std::vector<TrafficItem> &items) {
    const auto qdiscs = items;
    for (const auto &qdisc : qdiscs) {
        if (qdisc.handle == 0) // it was made by itself, and has none
            continue;
        for (const auto parent : parents_of_filters(qdisc)) {
            tcmsg body{};
            body.tcm_ifindex = qdisc.interface;
            body.tcm_parent = parent;
            ask(message_of(RTM_GETTFILTER, NLM_F_REQUEST | NLM_F_DUMP, body), items);
        }
    }
}

} // namespace

bool read_traffic(std::string_view datagram, std::vector<TrafficItem> &items) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        if (type == RTM_NEWQDISC || type == RTM_NEWTFILTER)
            read_qdisc_or_filter(type, message, items);
        else if (type == RTM_NEWACTION || type == RTM_GETACTION)
            read_actions(message, items);
    });
}

std::vector<TrafficItem> dump_traffic(const std::string &action_kind) {
    std::vector<TrafficItem> items;
    // all of them, also those that hardly anybody wants to see
    ask(message_of(RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, tcmsg{},
                   attribute_of(TCA_DUMP_INVISIBLE, {})),
        items);
    ask_for_filters(items);
    if (!action_kind.empty()) {
        const auto action =
            attribute_of(1 | NLA_F_NESTED, attribute_of(TCA_ACT_KIND, action_kind + '\0'));
        ask(message_of(RTM_GETACTION, NLM_F_REQUEST | NLM_F_DUMP, tcamsg{},
                       attribute_of(TCA_ACT_TAB | NLA_F_NESTED, action)),
            items);
    }
    for (auto &item : items)
        if (item.interface != 0)
            item.interface_name = name_of_interface(item.interface);
    return items;
}

} // namespace mk
