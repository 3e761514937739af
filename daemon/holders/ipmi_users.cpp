// SPDX-License-Identifier: GPL-2.0-only
#include "holders/ipmi_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string_view>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// Of those that talk through the core of IPMI; what drives interfaces, or gives them to programs,
// is no user by itself.
ModuleNames possible_users(const HolderSearch &search) {
    ModuleNames users;
    const auto core =
        std::ranges::find(search.loaded, std::string("ipmi_msghandler"), &LoadedModule::name);
    if (core == search.loaded.end())
        return users;
    for (const auto &user : core->used_by)
        if (user != "ipmi_si" && user != "ipmi_ssif" && user != "ipmi_devintf")
            users.push_back(user);
    return users;
}

// How often programs have the interface open, as other finders tell.
std::uint32_t opened(const HolderList &list, const std::vector<std::string> &nodes) {
    return std::accumulate(
        list.holders.begin(), list.holders.end(), 0U, [&](std::uint32_t sum, const Holder &holder) {
            const bool is_open = std::ranges::any_of(
                nodes, [&](const auto &node) { return holder.what == "/dev/" + node; });
            return is_open ? sum + holder.references : sum;
        });
}

// @folder: of its device. It tells how many users it has, programs among them.
void look_at(const HolderSearch &search, const std::string &device, const std::string &folder,
             HolderList &list) {
    const auto text = read_line(folder + "/nr_users");
    std::uint32_t all = 0;
    std::from_chars(text.data(), text.data() + text.size(), all);
    const auto programs = opened(list, readable_entries(folder + "/ipmi"));
    if (all <= programs || list.holders.size() >= HolderSearch::holders_max)
        return;
    const auto users = possible_users(search);
    const auto count = all - programs;
    Holder holder;
    holder.kind = HolderKind::Device;
    holder.what = device;
    holder.through = fmt::format("with {} user{} in the kernel{}", count, count == 1 ? "" : "s",
                                 users.empty() ? "" : ", perhaps " + join(users, " and "));
    holder.references = std::min(count, list.rest());
    if (!users.empty())
        holder.remedy = "modkeeper unload " + join(users, " ");
    list.holders.push_back(std::move(holder));
}

} // namespace

void find_ipmi_users(const HolderSearch &search, HolderList &list) {
    if (!search.module.name.starts_with("ipmi_"))
        return;
    const auto drivers =
        path_in(search.root, "/sys/module/" + search.module.name.str() + "/drivers");
    for (const auto &driver : readable_entries(drivers)) {
        const auto devices = fmt::format("{}/{}", drivers, driver);
        for (const auto &device : readable_entries(devices))
            look_at(search, device, fmt::format("{}/{}", devices, device), list);
    }
}

} // namespace mk
