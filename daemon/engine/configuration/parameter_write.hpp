// SPDX-License-Identifier: GPL-2.0-only
// Setting a parameter of a module in the kernel: nothing is written that was not checked, and
// nothing is believed that was not read back.
#pragma once

#include <string>

#include "engine/configuration/change.hpp"
#include "engine/configuration/parameter_table.hpp"
#include "error.hpp"

namespace mk::engine {

// The row of @parameter, when @value is one that it can take. UnknownParameter, BadParameter or
// InvalidArgument with the reason.
Result<ParameterRow> check_assignment(const ConfigurationPlaces &places,
                                      const ParameterTable &table, const std::string &parameter,
                                      const std::string &value);

// Writes it and reads it back. NotLoaded; DeniedByKernel when it cannot be written while the module
// runs; BadParameter with both values when the module refused or changed it.
Result<Changes> write_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                const ParameterRow &row, const std::string &value);

} // namespace mk::engine
