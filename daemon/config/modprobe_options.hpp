// SPDX-License-Identifier: GPL-2.0-only
// Parameters for future loads of a module: options lines of our own file in modprobe.d.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "config/change.hpp"
#include "kmod/places.hpp"

namespace mk {

// The caller has checked that the module has the parameter and accepts the value. If the same value
// is already effective, the change is "kept" with its place; a file or a command line that would
// override ours is an error that names it.
Result<Changes> persist_parameter(const ConfigurationPlaces &places, const ModuleName &module,
                                  const std::string &parameter, const std::string &value);

// Removes our own line. A line in another file is an error that names it; none at all is a note.
Result<Changes> unset_parameter(const ConfigurationPlaces &places, const ModuleName &module,
                                const std::string &parameter);

} // namespace mk
