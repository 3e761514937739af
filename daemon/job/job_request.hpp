// SPDX-License-Identifier: GPL-2.0-only
// Whatever a job may be asked to do.
#pragma once

#include <variant>

#include "job/load_request.hpp"
#include "job/reload_request.hpp"
#include "job/unload_request.hpp"

namespace mk {

using JobRequest = std::variant<LoadRequest, UnloadRequest, ReloadRequest>;

} // namespace mk
