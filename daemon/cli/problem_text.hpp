// SPDX-License-Identifier: GPL-2.0-only
// What speaks against a load, as check and plan print it.
#pragma once

#include "cli/json.hpp"
#include "engine/problem.hpp"

namespace mk::cli {

// "fails", "warning"
const char *severity_name(engine::Severity severity);

Json json_of(const engine::Problem &problem);

} // namespace mk::cli
