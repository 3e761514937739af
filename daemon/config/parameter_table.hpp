// SPDX-License-Identifier: GPL-2.0-only
// Table of the parameters of one module: declarations, values in the kernel now, and configured
// values for its next load with their origin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct ParameterRow {
    std::string name;
    std::string type; // "": not known
    std::string description;
    bool declared = false; // by the module file
    // Mode of the file in sysfs; 0: there is none, the value cannot be seen.
    unsigned mode = 0;
    std::optional<std::string> value; // nothing: not loaded, or read_error says why
    int read_error = 0;               // errno of reading the file
    // In order of precedence; the module gets the last one.
    std::vector<ConfiguredOption> configured;

    bool readable_by_all() const;
    bool readable() const; // by anybody; a parameter may be writable but not readable
    bool writable() const;
    // Whether the module has it, according to its file or the kernel.
    bool known() const { return declared || mode != 0; }
    // Whether every user may know its name. An unknown parameter's name is a part of the lines.
    bool name_is_public() const;
    // Why a parameter with a file has no value, as a clause about it.
    std::string why_no_value() const;
};

struct ParameterTable {
    std::string module; // in the kernel's spelling
    LoadState state = LoadState::Absent;
    bool has_file = false;
    std::vector<ParameterRow> rows; // sorted by name
};

// NotFound with a suggestion if there is neither a file nor a loaded module of that name.
Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const std::string &name);

} // namespace mk
