// SPDX-License-Identifier: GPL-2.0-only
// Parameters that modprobe.d or the kernel's command line set for a module: will the kernel refuse
// the module for their sake?
#pragma once

#include <string>

#include "engine/catalog.hpp"
#include "error.hpp"

namespace mk::engine {

// BadParameter with the parameter and the line that sets it. One that the module does not know is
// no reason: the kernel passes it over. @configured: one string, as it is given to the kernel.
Result<void> check_configured(const CatalogPlaces &places, const ModuleFile &module,
                              const std::string &configured);

} // namespace mk::engine
