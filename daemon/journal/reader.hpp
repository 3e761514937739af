// SPDX-License-Identifier: GPL-2.0-only
// Reader of the entries that modkeeperd has written to the journal. It accepts only entries of
// root: others may write entries with our message IDs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/caller.hpp"
#include "base/error.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "journal/writer.hpp"

namespace mk::journal {

struct Wanted {
    ModuleName module; // empty: all
    bool this_boot = false;
    std::optional<std::uint64_t> since_ns; // older entries are skipped
    bool only_loads = false;               // that went well
};

struct Found {
    driver::Event event;
    std::string boot_id; // 32 digits
    std::string message;
    bool this_boot = false;
    std::optional<JobOrigin> origin; // the caller for whom the daemon did it
    std::string release;             // of the kernel; "": an older daemon wrote the entry
    std::string build_id;            // of a module that went live
};

// Oldest first. NotAuthorized: the caller may not read the system's journal.
Result<void> each_entry(const Wanted &wanted, const std::function<void(Found &)> &take);

// Newest first, until @take returns false, but no longer than @patience. Errors as above.
Result<void> each_entry_back(const Wanted &wanted, std::chrono::milliseconds patience,
                             const std::function<bool(Found &)> &take);

// The last record of this boot that has an entry; the beginning of time if there is none. Waits a
// moment for journald to write what was sent.
Position last_position();

} // namespace mk::journal
