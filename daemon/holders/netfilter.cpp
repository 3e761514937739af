// SPDX-License-Identifier: GPL-2.0-only
// Rules, chains and objects of nf_tables that use the module, in every network namespace.
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "holders/netfilter_dump.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using Kind = NetfilterItem::Kind;

class NetfilterScan {
  public:
    NetfilterScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run(const Network &network) {
        for (const auto &item : network.netfilter)
            look_at(network, item);
    }

  private:
    bool has_alias(const std::string &alias) const {
        return std::ranges::find(search_.aliases, alias) != search_.aliases.end();
    }

    // nf_tables has the usual expressions and sorts of chains itself. Which ones depends on the
    // kernel: they are those that no module has.
    bool has_itself(const ModuleName &module) const {
        return search_.module.name == "nf_tables" &&
               std::ranges::find(search_.loaded, module, &LoadedModule::name) ==
                   search_.loaded.end();
    }

    // An expression of the family itself comes before one of all families.
    bool is_expression(const NetfilterItem &rule, const std::string &name) const {
        static constexpr std::array<std::string_view, 16> built_in = {
            "bitwise", "byteorder", "cmp",  "counter", "dynset",  "exthdr", "immediate", "inner",
            "last",    "lookup",    "meta", "objref",  "payload", "range",  "rt",        "socket"};
        if (std::ranges::find(built_in, name) != built_in.end() &&
            has_itself(ModuleName("nft_" + name)))
            return true;
        return has_alias("nft-expr-" + name) ||
               has_alias(fmt::format("nft-expr-{}-{}", rule.family, name));
    }

    bool is_extension(const std::string &name) const {
        return search_.module.name == "xt_" + name || has_alias("ipt_" + name) ||
               has_alias("ip6t_" + name) || has_alias("arpt_" + name) || has_alias("ebt_" + name);
    }

    // Of an inet table: one for IPv4, one for IPv6.
    static std::uint32_t references_each(const NetfilterItem &item) {
        return item.family == NFPROTO_INET ? 2 : 1;
    }

    // What nft's log writes to the kernel's log with, or hands to a program.
    std::uint32_t loggers_in(const NetfilterItem &rule) const {
        const bool has_group = std::ranges::find(rule.objects, "a group") != rule.objects.end();
        if (search_.module.name != (has_group ? "nfnetlink_log" : "nf_log_syslog"))
            return 0;
        return static_cast<std::uint32_t>(std::ranges::count(rule.parts, "log")) *
               references_each(rule);
    }

    bool has_helper(const Network &network, const std::string &name) const {
        const auto &helpers = network.policies.helpers;
        return has_alias("nfct-helper-" + name) ||
               (search_.module.name == "nfnetlink_cthelper" &&
                std::ranges::find(helpers, name) != helpers.end());
    }

    bool is_needed(const Network &network, const std::string &need) const {
        constexpr std::string_view helper = "nfct-helper-";
        return search_.module.name == need ||
               (need.starts_with(helper) && has_helper(network, need.substr(helper.size())));
    }

    void look_at(const Network &network, const NetfilterItem &item) {
        std::uint32_t references = 0;
        switch (item.kind) {
        case Kind::Rule:
            for (const auto &part : item.parts)
                references += is_expression(item, part);
            for (const auto &extension : item.extensions)
                references += is_extension(extension);
            for (const auto &need : item.needs)
                references += is_needed(network, need);
            references += loggers_in(item);
            break;
        case Kind::Chain:
            for (const auto &type : item.parts)
                references += has_alias(fmt::format("nft-chain-{}-{}", item.family, type)) ||
                              ((type == "filter" || type == "route") &&
                               has_itself(ModuleName("nft_chain_" + type)));
            break;
        case Kind::Object:
            references = has_alias(fmt::format("nft-obj-{}", item.object_type));
            for (const auto &helper : item.extensions)
                if (has_helper(network, helper))
                    references += references_each(item);
            if (references > 0)
                add_users(network, item);
            break;
        case Kind::FlowTable:
            references = has_alias(fmt::format("nf-flowtable-{}", item.family));
            if (references > 0)
                add_users(network, item);
            break;
        }
        if (references > 0)
            add(network, item, references);
    }

    // An object cannot be deleted before the rules that name it.
    void add_users(const Network &network, const NetfilterItem &object) {
        for (const auto &item : network.netfilter)
            if (item.kind == Kind::Rule && item.family == object.family &&
                item.table == object.table &&
                std::ranges::find(item.objects, object.name) != item.objects.end())
                add(network, item, 0);
    }

    void add(const Network &network, const NetfilterItem &item, std::uint32_t references) {
        if (list_.holders.size() >= HolderSearch::holders_max)
            return;
        const auto family = netfilter_family(item.family);
        const auto place =
            fmt::format("{} {} {}", family, shell_word(item.table), shell_word(item.name));
        const auto shown = fmt::format("{} {} {}", family, as_word(item.table), as_word(item.name));
        Holder holder;
        holder.kind = HolderKind::Rule;
        holder.references = references;
        holder.through = network.where;
        holder.is_public = false; // root alone may see rules
        switch (item.kind) {
        case Kind::Rule:
            holder.what = fmt::format("handle {} in the chain {} of nftables", item.handle, shown);
            holder.remedy = fmt::format("nft delete rule {} handle {}", place, item.handle);
            break;
        case Kind::Chain:
            holder.what = fmt::format("the chain {} of nftables", shown);
            holder.remedy = fmt::format("nft 'flush chain {0}; delete chain {0}'", place);
            break;
        case Kind::Object:
            holder.what = fmt::format("the object {} of nftables", shown);
            holder.remedy = fmt::format("nft delete {} {}", word_of(item.object_type), place);
            break;
        case Kind::FlowTable:
            holder.what = fmt::format("the flow table {} of nftables", shown);
            holder.remedy = fmt::format("nft delete flowtable {}", place);
            break;
        }
        holder.remedy = network.prefix + holder.remedy;
        list_.holders.push_back(std::move(holder));
    }

    static std::string_view word_of(unsigned object_type) {
        switch (object_type) {
        case NFT_OBJECT_QUOTA:
            return "quota";
        case NFT_OBJECT_CT_HELPER:
            return "ct helper";
        case NFT_OBJECT_LIMIT:
            return "limit";
        case NFT_OBJECT_SYNPROXY:
            return "synproxy";
        case NFT_OBJECT_CT_TIMEOUT:
            return "ct timeout";
        case NFT_OBJECT_CT_EXPECT:
            return "ct expectation";
        default:
            return "counter";
        }
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_netfilter(const HolderSearch &search, HolderList &list) {
    NetfilterScan scan(search, list);
    for (const auto &network : search.networks)
        scan.run(network);
}

} // namespace mk
