// SPDX-License-Identifier: GPL-2.0-only
// Request for a job of any kind.
#pragma once

#include <variant>

#include "job/load_request.hpp"
#include "job/reload_request.hpp"
#include "job/unload_request.hpp"

namespace mk {

using JobRequest = std::variant<LoadRequest, UnloadRequest, ReloadRequest>;

} // namespace mk
