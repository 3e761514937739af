// SPDX-License-Identifier: GPL-2.0-only
// Who asked the daemon for a load, as the journal has it.
#pragma once

#include <optional>

#include "base/caller.hpp"
#include "explain/load_history.hpp"

namespace mk::journal {

// Nothing: the journal does not say, or the process may not read it. Of the load that @history ends
// with.
std::optional<JobCaller> caller_of(const LoadHistory &history);

} // namespace mk::journal
