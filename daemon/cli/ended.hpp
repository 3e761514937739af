// SPDX-License-Identifier: GPL-2.0-only
// End of a command. Failures are reported in one place, so that all of them look the same to
// people, and to programs that use JSON.
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
    std::string hint = {};               // what to type next; "": the usual step for this error
    std::optional<ExitCode> status = {}; // if it is not that of the error
    std::optional<Changes> done = {};    // changes made before the failure
};

// With a status, everything has been reported already.
using Ended = std::variant<ExitCode, Failure>;

} // namespace mk::cli
