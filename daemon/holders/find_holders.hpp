// SPDX-License-Identifier: GPL-2.0-only
// Finder of all holders of a module.
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "holders/holder.hpp"
#include "kmod/catalog.hpp"

namespace mk {

struct HolderPlaces {
    // Put before every path; tests have one of their own, which the driver knows nothing of.
    std::string root;
    CatalogPlaces catalog;
};

// Reads the whole of /proc where it has to: not for an event loop. What the caller may not read is
// missing, and @unchecked says so. NotFound, NotLoaded or BuiltIn if there is nothing to hold.
Result<HolderList> find_holders(const ModuleName &name, const HolderPlaces &places = {});

using FindHolders = std::function<Result<HolderList>(const ModuleName &module)>;

} // namespace mk
