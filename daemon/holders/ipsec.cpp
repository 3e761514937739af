// SPDX-License-Identifier: GPL-2.0-only
// Security associations of IPsec, in every network namespace: each holds the module of its
// protocol, and has algorithms in use.
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "holders/search.hpp"

namespace mk {

namespace {

// As ip calls it; "": it cannot be typed.
std::string_view name_of(unsigned protocol) {
    switch (protocol) {
    case IPPROTO_ESP:
        return "esp";
    case IPPROTO_AH:
        return "ah";
    case IPPROTO_COMP:
        return "comp";
    case IPPROTO_IPIP:
        return "ipip";
    case IPPROTO_IPV6:
        return "ip6";
    case IPPROTO_ROUTING:
        return "route2";
    case IPPROTO_DSTOPTS:
        return "hao";
    default:
        return {};
    }
}

void add(const Network &network, const SecurityAssociation &one, std::uint32_t references,
         HolderList &list) {
    if (list.holders.size() >= HolderSearch::holders_max)
        return;
    const auto protocol = name_of(one.protocol);
    Holder holder;
    holder.kind = HolderKind::Ipsec;
    holder.what = fmt::format("{} from {} to {} with SPI {:#010x}",
                              protocol.empty() ? fmt::format("protocol {}", one.protocol)
                                               : std::string(protocol),
                              one.source, one.destination, one.index);
    holder.through = network.where;
    holder.references = references;
    holder.is_public = false; // root alone may see them
    if (!protocol.empty()) {
        holder.remedy =
            fmt::format("{}ip xfrm state delete src {} dst {} proto {} spi {:#x}", network.prefix,
                        one.source, one.destination, protocol, one.index);
        if (one.mask != 0)
            holder.remedy += fmt::format(" mark {:#x} mask {:#x}", one.mark, one.mask);
    }
    list.holders.push_back(std::move(holder));
}

std::uint32_t references_of(const HolderSearch &search, const SecurityAssociation &one) {
    const auto has_alias = [&](std::string_view part) {
        const auto alias = fmt::format("xfrm-{}-{}-{}", part, one.family, one.protocol);
        return std::ranges::find(search.aliases, alias) != search.aliases.end();
    };
    return has_alias("type") + has_alias("offload");
}

bool is_part(std::string_view part, std::string_view whole) {
    return !part.empty() && whole.find(part) != std::string_view::npos;
}

// Of "cbc(aes)" it has "aes" in use, too. What encrypts and signs makes one of its algorithms:
// "echainiv(authenc(hmac(sha256),cbc(aes)))".
bool has_algorithm(const SecurityAssociation &one, const std::string &name) {
    const auto &own = one.algorithms;
    return std::ranges::any_of(own, [&](const auto &each) { return is_part(name, each); }) ||
           (one.protocol == IPPROTO_ESP && !own.empty() &&
            std::ranges::all_of(own, [&](const auto &each) { return is_part(each, name); }));
}

} // namespace

void find_associations(const HolderSearch &search, HolderList &list) {
    for (const auto &network : search.networks)
        for (const auto &one : network.associations)
            if (const auto references = references_of(search, one); references > 0)
                add(network, one, references, list);
}

void find_associations_with(const HolderSearch &search, const std::vector<std::string> &names,
                            HolderList &list) {
    for (const auto &network : search.networks)
        for (const auto &one : network.associations)
            if (std::ranges::any_of(names,
                                    [&](const auto &name) { return has_algorithm(one, name); }))
                add(network, one, 0, list);
}

} // namespace mk
