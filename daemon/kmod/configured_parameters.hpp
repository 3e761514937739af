// SPDX-License-Identifier: GPL-2.0-only
// The parameters that modprobe.d and the kernel's command line set, held against what the module
// takes. Who loads has not typed them: what is wrong is told with the line that says so.
#pragma once

#include <string>
#include <vector>

#include "kmod/catalog.hpp"
#include "kmod/parameters.hpp"

namespace mk {

// Fails: the kernel would refuse the module. Warning: it passes over a parameter that the module
// does not know, or takes a value that can hardly be meant, such as the name of a variable.
// @configured: one string, as it is given to the kernel.
std::vector<ParameterProblem> configured_problems(const CatalogPlaces &places,
                                                  const ModuleFile &module,
                                                  const std::string &configured);

// The first of those that fail.
Result<void> check_configured(const CatalogPlaces &places, const ModuleFile &module,
                              const std::string &configured);

} // namespace mk
