// SPDX-License-Identifier: GPL-2.0-only
// Changes of the configuration, as text and JSON.
#pragma once

#include "cli/command.hpp"
#include "cli/output/json.hpp"
#include "config/change.hpp"

namespace mk::cli {

Json json_of(const Changes &changes);

// Prints changes on stdout, unless they are in JSON; what was already so, and other remarks, on
// stderr.
void print_changes(const Invocation &invocation, const Changes &changes);

// The same, in JSON for --json. NothingToDo if nothing was done.
ExitCode tell_changes(const Invocation &invocation, const Changes &changes);

} // namespace mk::cli
