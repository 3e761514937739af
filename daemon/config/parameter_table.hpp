// SPDX-License-Identifier: GPL-2.0-only
// All that is known of the parameters of one module: what it declares, what the kernel shows now,
// and what is configured for its next load, with where that is said.
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
    std::string type; // "": not told
    std::string description;
    bool declared = false; // by the module's file
    // Of the file in sysfs; 0: there is none, the value cannot be seen.
    unsigned mode = 0;
    std::optional<std::string> value; // nothing: not loaded, or read_error says why
    int read_error = 0;               // errno of reading the file
    // In the order in which they count; the last is what the module gets.
    std::vector<ConfiguredOption> configured;

    bool readable_by_all() const;
    bool readable() const; // by anybody; one that is not may still be written
    bool writable() const;
    // The module has it, as far as its file or the kernel tells.
    bool known() const { return declared || mode != 0; }
    // May every user know its name? Of one that is not known it is a part of the lines.
    bool name_is_public() const;
    // Why there is no value of one that has a file, as a clause about it.
    std::string why_no_value() const;
};

struct ParameterTable {
    std::string module; // in the kernel's spelling
    LoadState state = LoadState::Absent;
    bool has_file = false;
    std::vector<ParameterRow> rows; // sorted by name
};

// NotFound with what is near when there is neither a file nor a loaded module of that name.
Result<ParameterTable> parameter_table(const ConfigurationPlaces &places, const std::string &name);

} // namespace mk
