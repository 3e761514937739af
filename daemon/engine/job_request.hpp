// SPDX-License-Identifier: GPL-2.0-only
// Whatever a job may be asked to do.
#pragma once

#include <variant>

#include "engine/load_request.hpp"
#include "engine/reload_request.hpp"
#include "engine/unload_request.hpp"

namespace mk::engine {

using JobRequest = std::variant<LoadRequest, UnloadRequest, ReloadRequest>;

} // namespace mk::engine
