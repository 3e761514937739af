// SPDX-License-Identifier: GPL-2.0-only
// Modules to load at boot (enable, disable: modules-load.d), and modules never to load (mask,
// unmask: modprobe.d). Only our own files are changed.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/change.hpp"
#include "kmod/places.hpp"

namespace mk {

inline constexpr std::size_t choices_max = 256; // names in one call

// All of @names or none. Without @force: NotFound for a name that no module has, BuiltIn for a
// built-in module, ReplacedByCommand for enabling a masked module.
Result<Changes> enable(const ConfigurationPlaces &places, const std::vector<std::string> &names,
                       bool force);
// A line in another file is an error that names it.
Result<Changes> disable(const ConfigurationPlaces &places, const std::vector<std::string> &names);

// Two lines for each: "blacklist NAME" keeps aliases from loading it, "install NAME /bin/false"
// also requests by name and dependencies. Notes say what may still load it.
Result<Changes> mask(const ConfigurationPlaces &places, const std::vector<std::string> &names,
                     bool force);
Result<Changes> unmask(const ConfigurationPlaces &places, const std::vector<std::string> &names);

} // namespace mk
