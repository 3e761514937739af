// SPDX-License-Identifier: GPL-2.0-only
// Reads back what modkeeperd has put into the journal. What others say under our message ids is
// not believed: only entries of root's count.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/caller.hpp"
#include "base/error.hpp"
#include "driver_client/event.hpp"
#include "journal/writer.hpp"

namespace mk::journal {

struct Wanted {
    std::string module; // "": all
    bool this_boot = false;
    std::optional<std::uint64_t> since_ns; // entries that are older are not looked at
};

struct Found {
    driver::Event event;
    std::string boot_id; // 32 digits
    std::string message;
    bool this_boot = false;
    std::optional<JobOrigin> origin; // whom the daemon did it for
};

// Oldest first. NotAuthorized: the caller may not read the system's journal.
Result<void> each_entry(const Wanted &wanted, const std::function<void(Found &)> &take);

// The last record of this boot that has an entry; the beginning of time when there is none. Waits a
// moment for journald to have written what was sent.
Position last_position();

} // namespace mk::journal
