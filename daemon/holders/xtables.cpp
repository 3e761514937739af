// SPDX-License-Identifier: GPL-2.0-only
// Rules of iptables' older interface, address sets, virtual services and timeout policies of
// connections that use the module.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

void add(const Network &network, HolderList &list, std::string what, std::uint32_t references,
         const std::string &remedy) {
    Holder holder;
    holder.kind = HolderKind::Rule;
    holder.what = std::move(what);
    holder.through = network.where;
    holder.is_public = false; // root alone may see rules
    holder.references = references;
    // a command of several parts has to be one for whoever enters a namespace
    const bool has_parts = !network.prefix.empty() && remedy.find("&&") != std::string::npos;
    if (!remedy.empty())
        holder.remedy = network.prefix + (has_parts ? "sh -c " + shell_word(remedy) : remedy);
    if (list.holders.size() < HolderSearch::holders_max)
        list.holders.push_back(std::move(holder));
}

bool has_alias(const HolderSearch &search, const std::string &alias) {
    return std::ranges::find(search.aliases, alias) != search.aliases.end();
}

bool is_needed(const HolderSearch &search, const Network &network, const std::string &need) {
    return search.module.name == need || has_alias(search, need) ||
           (search.module.name == "nfnetlink_cthelper" &&
            std::ranges::any_of(network.policies.helpers, [&](const auto &helper) {
                return need == "nfct-helper-" + helper;
            }));
}

// Whether the module has the match or target @part.
bool is_extension(const HolderSearch &search, const XtablesRule &rule, const std::string &part) {
    return search.module.name == "xt_" + part ||
           has_alias(search, (rule.tool.starts_with("ip6") ? "ip6t_" : "ipt_") + part);
}

bool is_table(const HolderSearch &search, const XtablesRule &rule) {
    return search.module.name ==
           (rule.tool.starts_with("ip6") ? "ip6table_" : "iptable_") + rule.table;
}

std::string flush_of(const std::string &tool, const std::string &table) {
    return fmt::format("{0} -t {1} -F && {0} -t {1} -X", tool, shell_word(table));
}

// What a table has when it is empty: an end for each of the kernel's chains in it, and its own.
std::size_t ends_in(const std::string &table) {
    static const std::map<std::string, std::size_t> ends = {
        {"filter", 4}, {"mangle", 6}, {"nat", 5}, {"raw", 3}, {"security", 4}};
    const auto found = ends.find(table);
    return found == ends.end() ? 6 : found->second;
}

void find_rules(const HolderSearch &search, const Network &network, HolderList &list) {
    // a table is held once it has more than the ends of its chains and its own
    std::map<std::pair<std::string, std::string>, std::size_t> tables;
    for (const auto &rule : network.xtables) {
        auto references = static_cast<std::uint32_t>(std::ranges::count_if(
            rule.parts, [&](const auto &part) { return is_extension(search, rule, part); }));
        references += static_cast<std::uint32_t>(std::ranges::count_if(
            rule.needs, [&](const auto &need) { return is_needed(search, network, need); }));
        if (references > 0)
            add(network, list, fmt::format("a rule of {} in the table {}", rule.tool, rule.table),
                references, flush_of(rule.tool, rule.table));
        if (is_table(search, rule))
            ++tables[{rule.tool, rule.table}];
    }
    for (const auto &[table, rules] : tables)
        if (rules > ends_in(table.second))
            add(network, list,
                fmt::format("rules of {} in the table {}", table.first, table.second), 1,
                flush_of(table.first, table.second));
}

void find_sets(const HolderSearch &search, const Network &network, HolderList &list) {
    for (const auto &set : network.sets)
        if (has_alias(search, "ip_set_" + set.type))
            add(network, list, fmt::format("the set {} of ipset", as_word(set.name)), 1,
                // it takes others for options, and knows no end of these
                set.name.starts_with('-') ? "" : "ipset destroy " + shell_word(set.name));
}

void find_timeouts(const HolderSearch &search, const Network &network, HolderList &list) {
    if (search.module.name != "nfnetlink_cttimeout")
        return;
    for (const auto &name : network.policies.timeouts)
        add(network, list, fmt::format("the timeout policy {} of connections", as_word(name)), 1,
            "nfct delete timeout " + shell_word(name)); // it has no options
}

void find_services(const HolderSearch &search, const Network &network, HolderList &list) {
    for (const auto &service : network.services)
        if (search.module.name == "ip_vs" || search.module.name == "ip_vs_" + service.scheduler)
            add(network, list, fmt::format("the virtual service {} of IPVS", service.what), 1,
                "ipvsadm -C");
}

} // namespace

void find_xtables(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks) {
        find_rules(search, network, list);
        find_sets(search, network, list);
        find_services(search, network, list);
        find_timeouts(search, network, list);
    }
}

} // namespace mk
