// SPDX-License-Identifier: GPL-2.0-only
// Processes that measure by perf: an event of perf on a tracepoint holds the module of the
// tracepoint, and does not say which one it is.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

bool has_tracepoints(const HolderSearch &search) {
    const auto sections =
        entries(path_in(search.root, "/sys/module/" + search.module.name + "/sections"));
    return sections &&
           std::ranges::find(sections.value(), "__tracepoints") != sections.value().end();
}

} // namespace

void find_perf_events(const HolderSearch &search, HolderList &list) {
    if (list.explained() >= list.references || !has_tracepoints(search))
        return;
    for (const auto pid : processes_in(search.root).pids) {
        const auto folder = folder_of(search.root, pid) + "/fd";
        for (const auto &name : readable_entries(folder)) {
            if (link_target(fmt::format("{}/{}", folder, name)) != "anon_inode:[perf_event]")
                continue;
            Holder holder;
            holder.kind = HolderKind::File;
            holder.what = "anon_inode:[perf_event]";
            holder.through = "an event of perf, perhaps of one of its tracepoints";
            std::from_chars(name.data(), name.data() + name.size(), holder.fd);
            add_process(holder, search.root, pid);
            holder.references = list.explained() < list.references;
            if (list.holders.size() < HolderSearch::holders_max)
                list.holders.push_back(std::move(holder));
        }
    }
}

} // namespace mk
