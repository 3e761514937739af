// SPDX-License-Identifier: GPL-2.0-only
// All that is known of the parameters of one module: what it declares, what the kernel shows now,
// and what is configured for its next load, with where that is said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/configuration/modprobe_configuration.hpp"
#include "engine/loaded_modules.hpp"
#include "error.hpp"

namespace mk::engine {

struct ParameterRow {
    std::string name;
    std::string type; // "": not told
    std::string description;
    bool declared = false; // by the module's file
    // Of the file in sysfs; 0: there is none, the value cannot be seen.
    unsigned mode = 0;
    std::optional<std::string> value; // nothing: not loaded, or the caller may not read it
    // In the order in which they count; the last is what the module gets.
    std::vector<ConfiguredOption> configured;

    bool readable_by_all() const;
    bool writable() const;
};

struct ParameterTable {
    std::string module; // in the kernel's spelling
    LoadState state = LoadState::Absent;
    bool has_file = false;
    std::vector<ParameterRow> rows; // sorted by name
};

// NotFound with what is near when there is neither a file nor a loaded module of that name.
Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const std::string &name);

} // namespace mk::engine
