// SPDX-License-Identifier: GPL-2.0-only
// Public reason of a failed job. The caller's own message may contain values of parameters, lines
// of files that not everybody may read, or who has which file open.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk::bus {

// A sentence without a final period.
std::string public_reason(ErrorCode code, const ModuleName &module);

} // namespace mk::bus
