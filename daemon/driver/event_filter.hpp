// SPDX-License-Identifier: GPL-2.0-only
// Which events somebody wants to see.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "driver/event.hpp"
#include "error.hpp"

namespace mk::driver {

struct EventFilter {
    std::set<EventKind> kinds;             // none: all
    std::string module;                    // name or glob, '-' and '_' are the same; "": all
    bool failed = false;                   // only what somebody wanted and did not get
    std::optional<std::uint64_t> since_ns; // realtime
    std::optional<std::uint64_t> until_ns;

    // That records are missing is told whatever is wanted, unless it is of another time.
    bool matches(const Event &event) const;
};

// Adds the kinds of one word: load, failed, unload, refused, request, parameter, reference, mark,
// policy, present, lost, suppressed, or a kind's own name such as load_begin. InvalidArgument lists
// the words.
Result<void> add_kinds(EventFilter &filter, std::string_view word);

} // namespace mk::driver
