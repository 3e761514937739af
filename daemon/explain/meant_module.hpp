// SPDX-License-Identifier: GPL-2.0-only
// The module that a question about a name or an alias is about.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

// The name itself, or the first module that an alias leads to and that @events tell of.
ModuleName meant_by(const std::string &target, Result<Catalog> &catalog,
                    const std::vector<driver::Event> &events);

// Why there is nothing to say about it: a module that nobody has heard of is another thing than one
// that was never loaded.
Error never_seen(const std::string &target, const ModuleName &name, LoadState state,
                 Result<Catalog> &catalog);

} // namespace mk
