// SPDX-License-Identifier: GPL-2.0-only
#include "journal/load_caller.hpp"

#include "journal/reader.hpp"

namespace mk::journal {

std::optional<JobCaller> caller_of(const LoadHistory &history) {
    std::optional<JobCaller> caller;
    if (!history.end)
        return caller;
    Wanted wanted;
    wanted.module = history.module;
    wanted.this_boot = true;
    (void)each_entry(wanted, [&](const Found &found) {
        if (found.origin && found.event.sequence == history.end->sequence &&
            found.event.boottime_ns == history.end->boottime_ns)
            caller = found.origin->caller;
    });
    return caller;
}

} // namespace mk::journal
