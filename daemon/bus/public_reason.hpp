// SPDX-License-Identifier: GPL-2.0-only
// Why a job failed, as far as everybody may know. What the caller is told may have values of
// parameters in it, lines of files that not everybody may read, or who has which file open.
#pragma once

#include <string>

#include "base/error.hpp"

namespace mk::bus {

// A sentence without a final period.
std::string public_reason(ErrorCode code, const std::string &module);

} // namespace mk::bus
