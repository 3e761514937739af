// SPDX-License-Identifier: GPL-2.0-only
// Problems of a load, as check and plan print them.
#pragma once

#include "cli/output/json.hpp"
#include "explain/diagnosis.hpp"

namespace mk::cli {

// "fails", "warning"
const char *severity_name(Severity severity);

Json json_of(const Diagnosis &diagnosis);
// Of a failure that was seen, with what the kernel said of it.
Json json_of_failure(const Diagnosis &diagnosis);

} // namespace mk::cli
