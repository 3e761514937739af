// SPDX-License-Identifier: GPL-2.0-only
// Queueing disciplines, filters and actions of the module on network interfaces.
#include <fmt/format.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_ct.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "holders/search.hpp"
#include "system/rtnetlink.hpp"

namespace mk {

namespace {

using Kind = TrafficItem::Kind;

// The place of the conditions in the options of a filter that takes such; 0: it does not.
unsigned place_of_conditions(std::string_view filter) {
    if (filter == "basic")
        return TCA_BASIC_EMATCHES;
    if (filter == "cgroup")
        return TCA_CGROUP_EMATCHES;
    return filter == "flow" ? TCA_FLOW_EMATCHES : 0;
}

// The sort of each of the filter's conditions ("ematches"), by number.
std::vector<unsigned> conditions_of(const TrafficItem &filter) {
    using namespace rtnetlink;
    std::vector<unsigned> sorts;
    const auto place = place_of_conditions(filter.name);
    const auto take = [&](unsigned, std::string_view condition) {
        if (const auto head = value_of<tcf_ematch_hdr>(condition))
            sorts.push_back(head->kind);
    };
    each_attribute(filter.options, [&](unsigned type, std::string_view tree) {
        if (place == 0 || type != place)
            return;
        each_attribute(tree, [&](unsigned part, std::string_view list) {
            if (part == TCA_EMATCH_TREE_LIST)
                each_attribute(list, take);
        });
    });
    return sorts;
}

std::string module_of(const TrafficItem &item) {
    switch (item.kind) {
    case Kind::Qdisc:
        return "sch_" + (item.name == "clsact" ? std::string("ingress") : item.name);
    case Kind::Filter:
        return "cls_" + item.name;
    default:
        return "act_" + item.name;
    }
}

// As tc takes it: "root", "ingress", "parent 8001:1".
std::string parent_of(const TrafficItem &item) {
    if (item.parent == TC_H_ROOT)
        return "root";
    if (item.parent == TC_H_INGRESS && item.kind == Kind::Qdisc)
        return item.name == "clsact" ? "clsact" : "ingress";
    return fmt::format("parent {:x}:{:x}", TC_H_MAJ(item.parent) >> 16, TC_H_MIN(item.parent));
}

// Of an action that looks connections up; 0 if it does not say.
std::uint16_t zone_of(const TrafficItem &action) {
    std::uint16_t zone = 0;
    rtnetlink::each_attribute(action.options, [&](unsigned type, std::string_view value) {
        if (type == TCA_CT_ZONE)
            zone = rtnetlink::value_of<std::uint16_t>(value).value_or(0);
    });
    return zone;
}

class TrafficScan {
  public:
    TrafficScan(const HolderSearch &search, const Network &network, HolderList &list)
        : search_(search), network_(network), list_(list) {}

    void run() {
        for (const auto &item : network_.traffic) {
            if (item.kind == Kind::Filter)
                add_conditions(item);
            if (module_of(item) != search_.module.name)
                continue;
            if (item.kind == Kind::Qdisc)
                add_qdisc(item);
            else if (item.kind == Kind::Filter)
                add_filter(item, 1);
            else
                add_action(item);
        }
    }

  private:
    static std::string interface_of(const TrafficItem &item) {
        return item.interface_name.empty() ? "an interface" : item.interface_name;
    }

    void add(HolderKind kind, std::string what, const std::string &place, std::uint32_t references,
             const std::string &remedy) {
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = place;
        if (!network_.where.empty())
            holder.through += (place.empty() ? "" : " ") + network_.where;
        holder.references = references;
        holder.is_public = network_.where.empty(); // who has a namespace is nobody else's business
        holder.remedy = network_.prefix + remedy;
        if (list_.holders.size() < HolderSearch::holders_max)
            list_.holders.push_back(std::move(holder));
    }

    void add_qdisc(const TrafficItem &item) {
        const auto device = shell_word(interface_of(item));
        // one without a handle was made by itself, and would be made again
        const bool is_default = item.handle == 0;
        const auto remedy = is_default
                                ? fmt::format("tc qdisc replace dev {} root pfifo_fast", device)
                                : fmt::format("tc qdisc del dev {} {}", device, parent_of(item));
        add(HolderKind::Qdisc, item.name, "on " + interface_of(item), 1, remedy);
    }

    // Filters of the same priority are one for the kernel.
    void add_filter(const TrafficItem &item, std::uint32_t references) {
        if (!filters_.emplace(item.interface, item.parent, item.chain, item.priority).second)
            return;
        auto remedy =
            fmt::format("tc filter del dev {} {}", shell_word(interface_of(item)), parent_of(item));
        if (item.chain != 0)
            remedy += fmt::format(" chain {}", item.chain);
        add(HolderKind::Filter, as_word(item.name), "on " + interface_of(item), references,
            remedy + fmt::format(" prio {}", item.priority));
    }

    // A filter of another module may have conditions of this one.
    void add_conditions(const TrafficItem &filter) {
        const auto sorts = conditions_of(filter);
        const auto references = std::ranges::count_if(sorts, [&](unsigned sort) {
            const auto alias = fmt::format("ematch-kind-{}", sort);
            return std::ranges::find(search_.aliases, alias) != search_.aliases.end();
        });
        if (references > 0)
            add_filter(filter, static_cast<std::uint32_t>(references));
    }

    void add_action(const TrafficItem &item) {
        if (item.bound > 0) // it goes with its filters
            for (const auto &filter : network_.traffic)
                if (filter.kind == Kind::Filter &&
                    filter.options.find(item.name + '\0') != std::string::npos)
                    add_filter(filter, 0);
        // act_ct holds itself for each zone, of which it keeps a table of connections
        const bool has_table = item.name == "ct" && zones_.insert(zone_of(item)).second;
        const std::uint32_t references = has_table ? 2 : 1;
        add(HolderKind::Filter, fmt::format("the action {} with index {}", item.name, item.index),
            {}, references,
            fmt::format("tc actions del action {} index {}", item.name, item.index));
        if (item.bound > 0)
            list_.holders.back().remedy.clear();
    }

    const HolderSearch &search_;
    const Network &network_;
    HolderList &list_;
    std::set<std::uint16_t> zones_; // of connections
    std::set<std::tuple<int, std::uint32_t, std::uint32_t, unsigned>> filters_;
};

} // namespace

void find_traffic(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks)
        TrafficScan(search, network, list).run();
}

} // namespace mk
