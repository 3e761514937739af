// SPDX-License-Identifier: GPL-2.0-only
// Processes that measure by perf: an event of perf holds the module that has its tracepoint or its
// counters, and does not say which one it is.
#include <algorithm>

#include "elf/module_contents.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

bool registers_counters(const std::string &file) {
    const auto contents = read_contents(file);
    return contents && std::ranges::find(contents.value().imports, "perf_pmu_register",
                                         &ImportedSymbol::name) != contents.value().imports.end();
}

void find_perf_events(const HolderSearch &search, HolderList &list) {
    const bool has_counters = search.has_counters;
    if (list.explained() >= list.references || (!has_counters && !has_tracepoints(search)))
        return;
    for (const auto &file : search.special) {
        if (file.target != "anon_inode:[perf_event]" ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = file.target;
        holder.through = has_counters ? "an event of perf, perhaps of its counters"
                                      : "an event of perf, perhaps of one of its tracepoints";
        holder.fd = file.fd;
        add_process(holder, search.root, file.pid);
        holder.references = list.explained() < list.references;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
