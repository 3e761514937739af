// SPDX-License-Identifier: GPL-2.0-only
// Queueing disciplines of the module on network interfaces.
#include <net/if.h>

#include <algorithm>
#include <array>
#include <string>

#include "holders/search.hpp"

namespace mk {

namespace {

std::string module_of(const std::string &kind) {
    return "sch_" + (kind == "clsact" ? std::string("ingress") : kind);
}

} // namespace

void find_qdiscs(const HolderSearch &search, HolderList &list) {
    for (const auto &qdisc : search.qdiscs) {
        if (module_of(qdisc.kind) != search.module.name ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        std::array<char, IF_NAMESIZE> name{};
        if (!if_indextoname(static_cast<unsigned>(qdisc.interface), name.data()))
            std::ranges::copy(std::string_view("an interface"), name.begin());
        Holder holder;
        holder.kind = HolderKind::Qdisc;
        holder.what = qdisc.kind;
        holder.through = std::string("on ") + name.data();
        holder.references = 1;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
