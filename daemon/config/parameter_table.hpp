// SPDX-License-Identifier: GPL-2.0-only
// Table of the parameters of one module: declarations, values in the kernel now, and configured
// values for its next load with their origin.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "base/parameter_info.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct ParameterRow : ParameterInfo {
    bool declared = false; // by the module file
    ParameterValue live;   // in sysfs; a mode of 0: it is not there
    // In order of precedence; the module gets the last one.
    std::vector<ConfiguredOption> configured;

    // Whether the module has it, according to its file or the kernel.
    bool known() const { return declared || live.mode != 0; }
    // Whether every user may know its name. An unknown parameter's name is a part of the lines.
    bool name_is_public() const;
};

using ParameterRows = std::vector<ParameterRow>;

// One row a parameter: those of the file in its order, then those that only the driver (@recorded)
// or the kernel (@live) knows. @file: nullptr if there is none.
ParameterRows merged_parameters(const ModuleFile *file, const std::vector<ParameterInfo> &recorded,
                                std::vector<ParameterValue> live);

struct ParameterTable {
    ModuleName module;
    LoadState state = LoadState::Absent;
    bool has_file = false;
    ParameterRows rows; // sorted by name
};

// NotFound if there is neither a file nor a loaded module of that name.
Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const ModuleName &name,
                                       NearNames near_names);

} // namespace mk
