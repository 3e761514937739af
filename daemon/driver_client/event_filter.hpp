// SPDX-License-Identifier: GPL-2.0-only
// Which events somebody wants to see.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "driver_client/event.hpp"

namespace mk::driver {

// A point in time. The clock of the day may be set, by a person or by what comes over the network
// when the machine has no clock of its own: of this boot the time since it counts, where that is
// what is meant.
struct Moment {
    std::uint64_t realtime_ns = 0;
    std::optional<std::uint64_t> boottime_ns; // nothing: a date is meant

    bool is_before(const Event &event, bool this_boot) const;
    bool is_after(const Event &event, bool this_boot) const;
};

struct EventFilter {
    std::set<EventKind> kinds; // none: all
    std::string module;        // name or glob, '-' and '_' are the same; "": all
    bool failed = false;       // only what somebody wanted and did not get
    std::optional<Moment> since;
    std::optional<Moment> until;

    // That records are missing is told whatever is wanted, unless it is of another time.
    // @this_boot: did it happen since the machine was booted?
    bool matches(const Event &event, bool this_boot = true) const;
};

// Adds the kinds of one word of kind_words(), or one by its own name such as load-begin.
// InvalidArgument lists the words.
Result<void> add_kinds(EventFilter &filter, std::string_view word);

// InvalidArgument for a pattern whose '[' has no end: no name is meant by it.
Result<void> check_glob(std::string_view pattern);

// The words of add_kinds().
std::vector<std::string> kind_words();

} // namespace mk::driver
