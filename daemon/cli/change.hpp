// SPDX-License-Identifier: GPL-2.0-only
// What load and unload have in common: how they wait, and how they tell what became of it.
#pragma once

#include <chrono>
#include <string>

#include "cli/command.hpp"
#include "error.hpp"

namespace mk::cli {

// Init and exit functions may take minutes on real hardware.
inline constexpr int default_timeout_seconds = 600;

inline constexpr const char *timeout_description = "Seconds to wait for the kernel (default 600)";

// result: "loaded", "unloaded"
ExitCode tell_done(const Invocation &invocation, const std::string &module, const char *result);
ExitCode tell_failed(const Invocation &invocation, const Error &error, const std::string &hint);

} // namespace mk::cli
