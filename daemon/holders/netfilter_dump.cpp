// SPDX-License-Identifier: GPL-2.0-only
#include "holders/netfilter_dump.hpp"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include <endian.h>

#include "holders/extension_needs.hpp"
#include "system/rtnetlink.hpp"

namespace mk {

using namespace rtnetlink;

namespace {

constexpr unsigned of_nf_tables(unsigned message) {
    return (NFNL_SUBSYS_NFTABLES << 8) | message;
}

// { name, data }: one expression of a rule
void read_expression(std::string_view expression, NetfilterItem &rule) {
    std::string name;
    each_attribute(expression, [&](unsigned type, std::string_view value) {
        if (type == NFTA_EXPR_NAME)
            rule.parts.push_back(name = text_of(value));
        if (type != NFTA_EXPR_DATA)
            return;
        each_attribute(value, [&](unsigned inner, std::string_view text) {
            static_assert(NFTA_MATCH_NAME == 1 && NFTA_TARGET_NAME == 1);
            static_assert(NFTA_MATCH_INFO == 3 && NFTA_TARGET_INFO == 3);
            const bool is_extension = name == "match" || name == "target";
            if (inner == NFTA_MATCH_NAME && is_extension)
                rule.extensions.push_back(text_of(text));
            if (inner == NFTA_MATCH_INFO && is_extension && !rule.extensions.empty())
                for (auto &need : extension_needs(rule.extensions.back(), text))
                    rule.needs.push_back(std::move(need));
            if (inner == NFTA_OBJREF_IMM_NAME && name == "objref")
                rule.objects.push_back(text_of(text));
            if (inner == NFTA_FLOW_TABLE_NAME && name == "flow_offload")
                rule.objects.push_back(text_of(text));
            if (inner == NFTA_LOG_GROUP && name == "log")
                rule.objects.emplace_back("a group"); // another logger
        });
    });
}

void read_rule(std::string_view attributes, NetfilterItem &rule) {
    each_attribute(attributes, [&](unsigned type, std::string_view value) {
        if (type == NFTA_RULE_TABLE)
            rule.table = text_of(value);
        else if (type == NFTA_RULE_CHAIN)
            rule.name = text_of(value);
        else if (type == NFTA_RULE_HANDLE)
            rule.handle = be64toh(value_of<std::uint64_t>(value).value_or(0));
        else if (type == NFTA_RULE_EXPRESSIONS)
            each_attribute(value, [&](unsigned element, std::string_view expression) {
                if (element == NFTA_LIST_ELEM)
                    read_expression(expression, rule);
            });
    });
}

void read_chain(std::string_view attributes, NetfilterItem &chain) {
    each_attribute(attributes, [&](unsigned type, std::string_view value) {
        if (type == NFTA_CHAIN_TABLE)
            chain.table = text_of(value);
        else if (type == NFTA_CHAIN_NAME)
            chain.name = text_of(value);
        else if (type == NFTA_CHAIN_TYPE)
            chain.parts.push_back(text_of(value));
    });
}

void read_object(std::string_view attributes, NetfilterItem &object) {
    each_attribute(attributes, [&](unsigned type, std::string_view value) {
        if (type == NFTA_OBJ_TABLE)
            object.table = text_of(value);
        else if (type == NFTA_OBJ_NAME)
            object.name = text_of(value);
        else if (type == NFTA_OBJ_TYPE)
            object.object_type = be32toh(value_of<std::uint32_t>(value).value_or(0));
        else if (type == NFTA_OBJ_DATA && object.object_type == NFT_OBJECT_CT_HELPER)
            each_attribute(value, [&](unsigned inner, std::string_view text) {
                if (inner == NFTA_CT_HELPER_NAME)
                    object.extensions.push_back(text_of(text));
            });
    });
}

void read_flow_table(std::string_view attributes, NetfilterItem &table) {
    each_attribute(attributes, [&](unsigned type, std::string_view value) {
        if (type == NFTA_FLOWTABLE_TABLE)
            table.table = text_of(value);
        else if (type == NFTA_FLOWTABLE_NAME)
            table.name = text_of(value);
    });
}

} // namespace

std::string_view netfilter_family(unsigned family) {
    switch (family) {
    case NFPROTO_INET:
        return "inet";
    case NFPROTO_IPV4:
        return "ip";
    case NFPROTO_IPV6:
        return "ip6";
    case NFPROTO_ARP:
        return "arp";
    case NFPROTO_BRIDGE:
        return "bridge";
    case NFPROTO_NETDEV:
        return "netdev";
    default:
        return {};
    }
}

bool read_netfilter(std::string_view datagram, std::vector<NetfilterItem> &items) {
    return each_message(datagram, [&](unsigned type, std::string_view message) {
        const auto body = value_of<nfgenmsg>(message);
        if (!body)
            return;
        NetfilterItem item;
        item.family = body->nfgen_family;
        const auto attributes = after<nfgenmsg>(message);
        if (type == of_nf_tables(NFT_MSG_NEWRULE)) {
            read_rule(attributes, item);
        } else if (type == of_nf_tables(NFT_MSG_NEWCHAIN)) {
            item.kind = NetfilterItem::Kind::Chain;
            read_chain(attributes, item);
        } else if (type == of_nf_tables(NFT_MSG_NEWOBJ)) {
            item.kind = NetfilterItem::Kind::Object;
            read_object(attributes, item);
        } else if (type == of_nf_tables(NFT_MSG_NEWFLOWTABLE)) {
            item.kind = NetfilterItem::Kind::FlowTable;
            read_flow_table(attributes, item);
        } else {
            return;
        }
        items.push_back(std::move(item));
    });
}

std::vector<NetfilterItem> dump_netfilter() {
    constexpr std::size_t most = 100'000;
    std::vector<NetfilterItem> items;
    for (const unsigned question :
         {NFT_MSG_GETRULE, NFT_MSG_GETCHAIN, NFT_MSG_GETOBJ, NFT_MSG_GETFLOWTABLE}) {
        nfgenmsg all{};
        all.nfgen_family = NFPROTO_UNSPEC;
        each_datagram(
            message_of(static_cast<std::uint16_t>(of_nf_tables(question)),
                       NLM_F_REQUEST | NLM_F_DUMP, all),
            [&](std::string_view answer) {
                return read_netfilter(answer, items) && items.size() < most;
            },
            NETLINK_NETFILTER);
    }
    return items;
}

} // namespace mk
