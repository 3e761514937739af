// SPDX-License-Identifier: GPL-2.0-only
// The folder of this machine's rules.
#pragma once

#include "base/error.hpp"

namespace mk::cli {

// Makes it, unless it is there.
Result<void> make_rules_folder();

} // namespace mk::cli
