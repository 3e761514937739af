// SPDX-License-Identifier: GPL-2.0-only
// Write of a parameter in the kernel, which decides whether it accepts the value; the result is
// always read back.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/change.hpp"
#include "config/parameter_table.hpp"

namespace mk {

// The row of @parameter, if there is one. UnknownParameter or InvalidArgument with the reason.
Result<ParameterRow> find_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                    const std::string &parameter, const std::string &value);

// BadParameter if the module file says that @value is not accepted. For built-in modules, and if
// the module has its own setter, only the kernel knows.
Result<void> check_value(const ConfigurationPlaces &places, const ParameterTable &table,
                         const ParameterRow &row, const std::string &value);

// Writes it, which the kernel decides on, and reads it back: a note says if the module changed it.
// NotLoaded; DeniedByKernel if it cannot be set at run time; BadParameter if the module refused it;
// Failed if the kernel does, even for root.
Result<Changes> write_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                const ParameterRow &row, const std::string &value);

} // namespace mk
