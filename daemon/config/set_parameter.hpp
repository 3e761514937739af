// SPDX-License-Identifier: GPL-2.0-only
// Setting a parameter of a module for now, for its next load, or both.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/change.hpp"
#include "kmod/places.hpp"

namespace mk {

struct SetRequest {
    std::string module;
    std::string parameter;
    std::string value;
    bool runtime = true;
    bool persistent = false;
};

// Nothing is persisted that the module refused. NotFound: the name is an alias of a module.
Result<Changes> set_parameter(const ConfigurationPlaces &places, const SetRequest &request);

} // namespace mk
