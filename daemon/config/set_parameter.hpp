// SPDX-License-Identifier: GPL-2.0-only
// Setting of a parameter now, for the next load, or both.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "config/change.hpp"
#include "kmod/places.hpp"

namespace mk {

struct SetRequest {
    ModuleName module;
    std::string parameter;
    std::string value;
    bool runtime = true;
    bool persistent = false;
};

// A value that the module refused is not persisted. NotFound: the name is an alias of a module.
Result<Changes> set_parameter(const ConfigurationPlaces &places, const SetRequest &request);

} // namespace mk
