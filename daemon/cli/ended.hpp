// SPDX-License-Identifier: GPL-2.0-only
// How a command ends. A failure is told in one place, so that each looks the same to people, and to
// programs that asked for JSON.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "cli/exit_code.hpp"
#include "config/change.hpp"

namespace mk::cli {

struct Failure {
    Error error;
    std::string hint = {};               // what to type next; "": what is usual for this error
    std::optional<ExitCode> status = {}; // where it is not the error's own
    std::optional<Changes> done = {};    // what was changed before, by a command that changes
};

// With a status all has been told already.
using Ended = std::variant<ExitCode, Failure>;

} // namespace mk::cli
