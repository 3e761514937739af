// SPDX-License-Identifier: GPL-2.0-only
// What a change of the configuration did, in words and in JSON.
#pragma once

#include "cli/command.hpp"
#include "cli/output/json.hpp"
#include "config/change.hpp"

namespace mk::cli {

Json json_of(const Changes &changes);

// What was done on stdout, unless JSON tells it; what was so already, and what else is to be known,
// on stderr.
void print_changes(const Invocation &invocation, const Changes &changes);

// The same, in JSON for who asked for it. NothingToDo when nothing was done.
ExitCode tell_changes(const Invocation &invocation, const Changes &changes);

} // namespace mk::cli
