// SPDX-License-Identifier: GPL-2.0-only
// Exit statuses of modkeeper; part of its contract with scripts.
#pragma once

#include "base/error.hpp"

namespace mk::cli {

enum class ExitCode : int {
    Ok = 0,
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    Denied = 4,
    Busy = 5,
    Timeout = 6,
    NothingToDo = 7,
    DaemonNotRunning = 8,
    NoProgramThere = 127,
    NoConnection = 255,
};

ExitCode exit_code_of(ErrorCode code);

} // namespace mk::cli
