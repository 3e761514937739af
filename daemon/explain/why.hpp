// SPDX-License-Identifier: GPL-2.0-only
// The answer to "why is this module loaded, or why not?", from the record and from what the kernel
// says now.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/error.hpp"
#include "explain/load_history.hpp"
#include "kmod/modalias.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct Why {
    LoadHistory history;
    LoadState state = LoadState::Absent;
    std::vector<MatchingDevice> devices; // looked up where nothing else explains the load

    bool is_loaded() const { return state == LoadState::Live; }
};

// Who asked the daemon for the load that a history ends with; nothing: it is not known here.
using FindCaller = std::function<std::optional<JobCaller>(const LoadHistory &)>;

// @target: a name or an alias; of an alias, the first module that @events tell of. @events: in the
// order in which they happened. Reads /proc, /sys and depmod's index.
// BuiltIn, or NotFound when neither the record nor the kernel knows of such a module.
Result<Why> why_of(const std::string &target, const std::vector<driver::Event> &events,
                   const FindCaller &find_caller);

} // namespace mk
