// SPDX-License-Identifier: GPL-2.0-only
// Processes that measure by perf: an event of perf on a tracepoint holds the module of the
// tracepoint, and does not say which one it is.

#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

void find_perf_events(const HolderSearch &search, HolderList &list) {
    if (list.explained() >= list.references || !has_tracepoints(search))
        return;
    for (const auto &file : search.special) {
        if (file.target != "anon_inode:[perf_event]" ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = file.target;
        holder.through = "an event of perf, perhaps of one of its tracepoints";
        holder.fd = file.fd;
        add_process(holder, search.root, file.pid);
        holder.references = list.explained() < list.references;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
