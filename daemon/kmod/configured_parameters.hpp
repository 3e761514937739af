// SPDX-License-Identifier: GPL-2.0-only
// Check of the parameters that modprobe.d and the kernel command line set, against those that the
// module takes. The caller has not typed them, so an error names the line that sets them.
#pragma once

#include <string>
#include <vector>

#include "kmod/catalog.hpp"
#include "kmod/parameters.hpp"

namespace mk {

// Fails: the kernel would refuse the module. Warning: it ignores a parameter that the module does
// not have, or accepts a value that is hardly intended, such as the name of a variable.
// @configured: one string, as passed to the kernel.
std::vector<ParameterProblem> configured_problems(const CatalogPlaces &places,
                                                  const ModuleFile &module,
                                                  const std::string &configured);

// The first problem that makes the load fail.
Result<void> check_configured(const CatalogPlaces &places, const ModuleFile &module,
                              const std::string &configured);

} // namespace mk
