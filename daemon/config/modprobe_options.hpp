// SPDX-License-Identifier: GPL-2.0-only
// Parameters that a module shall get at its next load: options lines of our own file in modprobe.d.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/change.hpp"
#include "kmod/places.hpp"

namespace mk {

// Checked by the caller: the module has the parameter and can take the value. When the same value
// counts already the change is "kept" with its place; a file or a command line that would outrule
// ours is an error that names it.
Result<Changes> persist_parameter(const ConfigurationPlaces &places, const std::string &module,
                                  const std::string &parameter, const std::string &value);

// Takes our own line out. A line of another file is an error that names it; none at all is a note.
Result<Changes> unset_parameter(const ConfigurationPlaces &places, const std::string &module,
                                const std::string &parameter);

} // namespace mk
