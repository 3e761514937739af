// SPDX-License-Identifier: GPL-2.0-only
// Setting a parameter of a module in the kernel, which decides what it takes; nothing is believed
// that was not read back.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/change.hpp"
#include "config/parameter_table.hpp"

namespace mk {

// The row of @parameter, when there is one. UnknownParameter or InvalidArgument with the reason.
Result<ParameterRow> find_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                    const std::string &parameter, const std::string &value);

// BadParameter when the module's file says that it does not take @value. Of what is built in, and
// where the module has a setter of its own, only the kernel knows.
Result<void> check_value(const ConfigurationPlaces &places, const ParameterTable &table,
                         const ParameterRow &row, const std::string &value);

// Writes it, for the kernel to decide, and reads it back: what the module has made of it is told.
// NotLoaded; DeniedByKernel when it cannot be written while the module runs; BadParameter when the
// module refused it; Failed when the kernel does, which not even root changes.
Result<Changes> write_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                const ParameterRow &row, const std::string &value);

} // namespace mk
