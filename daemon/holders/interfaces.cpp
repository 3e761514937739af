// SPDX-License-Identifier: GPL-2.0-only
// Network interfaces that hold a module, in every network namespace. Others go with their module.
#include <fmt/format.h>

#include <algorithm>

#include "base/shell_word.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

struct Hold {
    std::string why; // "": the interface does not hold the module
    std::string remedy;
    bool is_for_everybody = true; // anybody may ask the kernel
};

Hold hold_of(const ModuleName &module, const HoldingInterface &interface) {
    const auto name = "dev " + shell_word(interface.name); // it may be like a word of the command
    if (interface.sort == "team" && module == "team_mode_" + interface.mode)
        return {fmt::format("a team whose mode is {}", interface.mode), "ip link del " + name,
                false};
    if (interface.sort != module)
        return {};
    if (interface.sort == "tun" && interface.is_persistent)
        return {"which stays without its program", "ip link del " + name};
    // these see what passes by
    if ((interface.sort == "nlmon" || interface.sort == "vsockmon") && interface.is_up)
        return {"which is up", fmt::format("ip link set {} down", name)};
    return {};
}

// A team that has none says so.
bool hides_mode(const Network &network) {
    return std::ranges::any_of(network.interfaces, [](const HoldingInterface &interface) {
        return interface.sort == "team" && interface.mode.empty();
    });
}

} // namespace

void find_interfaces(const HolderSearch &search, HolderList &list) {
    if (search.module.name.starts_with("team_mode_") &&
        std::ranges::any_of(search.networks, hides_mode))
        list.unchecked.emplace_back("modes of teams are shown to root only");
    for (const auto &network : search.networks)
        for (const auto &interface : network.interfaces) {
            auto hold = hold_of(search.module.name, interface);
            if (hold.why.empty() || list.holders.size() >= HolderSearch::holders_max)
                continue;
            Holder holder;
            holder.kind = HolderKind::Interface;
            holder.what = interface.name;
            holder.through = std::move(hold.why);
            if (!network.where.empty())
                holder.through += ", " + network.where;
            holder.references = 1;
            // who has a namespace is nobody else's business
            holder.is_public = hold.is_for_everybody && network.where.empty();
            holder.remedy = network.prefix + hold.remedy;
            list.holders.push_back(std::move(holder));
        }
}

} // namespace mk
