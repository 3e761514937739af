// SPDX-License-Identifier: GPL-2.0-only
// Checks of a load or reload by the command itself, so that nobody types a password for a mistyped
// name or parameter.
#pragma once

#include "base/error.hpp"
#include "job/load_request.hpp"
#include "job/reload_request.hpp"

namespace mk::cli {

// The error with which the daemon would refuse it. No error: there is no such fault, or the daemon,
// which may read more, must check. @request.targets that are paths must be absolute.
Result<void> check_early(const LoadRequest &request);
Result<void> check_early(const ReloadRequest &request);

} // namespace mk::cli
