// SPDX-License-Identifier: GPL-2.0-only
// Filter that selects events.
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

// A point in time. The clock may be set, by a person or over the network on a machine without a
// clock of its own: within this boot, the time since boot counts if it is known.
struct Moment {
    std::uint64_t realtime_ns = 0;
    std::optional<std::uint64_t> boottime_ns; // nothing: it is a date

    bool is_before(const Event &event, bool this_boot) const;
    bool is_after(const Event &event, bool this_boot) const;
};

struct EventFilter {
    std::set<EventKind> kinds; // none: all
    std::string module;        // name or glob, '-' and '_' are the same; "": all
    bool failed = false;       // only failures and refusals
    std::optional<Moment> since;
    std::optional<Moment> until;

    // Missing records are reported whatever the filter is, unless they are of another time.
    // @this_boot: whether it happened in this boot.
    bool matches(const Event &event, bool this_boot = true) const;
};

// Adds the kinds of one word of kind_words(), or one by its own name such as load-begin.
// InvalidArgument lists the words.
Result<void> add_kinds(EventFilter &filter, std::string_view word);

// InvalidArgument for a pattern with an unclosed '[', which matches no name.
Result<void> check_glob(std::string_view pattern);

// The words of add_kinds().
std::vector<std::string> kind_words();

} // namespace mk::driver
