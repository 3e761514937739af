// SPDX-License-Identifier: GPL-2.0-only
// Output that load, unload and reload have in common: waiting for a job, and its result.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/client/job_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"

namespace mk::cli {

// Adds --timeout; the daemon has a default of its own.
void add_timeout(Command &command, int &seconds);
std::optional<std::chrono::seconds> time_of(int seconds);

// For --no-block.
inline constexpr const char *no_block_text = "Do not wait for the job to end: print its number";
Ended tell_started(const Invocation &invocation, const Result<std::uint32_t> &job);

// result: "loaded", "unloaded", "reloaded", "unchanged".
ExitCode tell_done(const Invocation &invocation, const std::vector<std::string> &modules,
                   const char *result);

} // namespace mk::cli
