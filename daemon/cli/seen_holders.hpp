// SPDX-License-Identifier: GPL-2.0-only
// What holds a module, as far as the user may see it.
#pragma once

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "holders/holder.hpp"

namespace mk::cli {

// root looks itself, others ask the daemon, which may look further. Blocks; errors as of
// find_holders() and of the bus.
Result<HolderList> seen_holders(const ModuleName &name);

} // namespace mk::cli
