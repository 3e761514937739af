// SPDX-License-Identifier: GPL-2.0-only
// Watchdogs of the module that run. One that was not told to stop runs on after it was closed.
#include <algorithm>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// An open watchdog holds its driver; the core of watchdogs does so once more if the file was opened
// by the newer name.
void count_opens(const HolderSearch &search, HolderList &list) {
    for (auto &holder : list.holders)
        if (holder.kind == HolderKind::File && holder.references == 1 &&
            std::ranges::any_of(search.nodes, [&](const DeviceNode &node) {
                return node.name != "watchdog" && node.name.starts_with("watchdog") &&
                       holder.what == "/dev/" + node.name;
            }))
            holder.references = 2;
}

} // namespace

void find_watchdogs(const HolderSearch &search, HolderList &list) {
    count_opens(search, list);
    for (const auto &node : search.nodes) {
        if (node.block || node.name == "watchdog" || !node.name.starts_with("watchdog"))
            continue;
        const auto folder = path_in(search.root, "/sys/class/watchdog/" + node.name);
        if (read_line(folder + "/state") != "active")
            continue;
        const bool is_open = std::ranges::any_of(list.holders, [&](const Holder &holder) {
            return holder.kind == HolderKind::File && holder.references > 0 &&
                   holder.what.starts_with("/dev/watchdog");
        });
        Holder holder;
        holder.kind = HolderKind::Watchdog;
        holder.what = "/dev/" + node.name;
        holder.through = is_open ? "which runs" : "which runs though nothing has it open any more";
        // softdog holds itself while its timer runs; one that was closed while it ran is held on.
        holder.references = (search.module.name == "softdog") + !is_open;
        if (read_line(folder + "/nowayout") != "1")
            holder.remedy = "echo V > /dev/" + node.name;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
