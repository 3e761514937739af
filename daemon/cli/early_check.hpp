// SPDX-License-Identifier: GPL-2.0-only
// What the command finds wrong with a load or a reload by itself: a mistyped name or parameter
// costs nobody a password then.
#pragma once

#include "base/error.hpp"
#include "job/load_request.hpp"
#include "job/reload_request.hpp"

namespace mk::cli {

// As the daemon would refuse it. No error: there is no such fault, or the daemon has to look, which
// may read more. @request.targets are absolute where they are paths.
Result<void> check_early(const LoadRequest &request);
Result<void> check_early(const ReloadRequest &request);

} // namespace mk::cli
