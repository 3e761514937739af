// SPDX-License-Identifier: GPL-2.0-only
// Everything that is known about one module: from its file, and from the kernel and the driver now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "config/parameter_table.hpp"
#include "driver_client/driver_client.hpp"
#include "kmod/catalog.hpp"
#include "kmod/places.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {

struct ModuleReport {
    ModuleName name;
    LoadState state = LoadState::Absent;
    std::optional<ModuleFile> file;
    std::optional<LoadedModule> loaded;   // as /proc and /sys have it
    std::optional<LoadedModule> recorded; // as the driver has it
    std::string loaded_file;              // that it was loaded from; "": not known, or not public
    ParameterRows parameters;             // without what is configured
    ModuleNames also;                     // names of other modules of the alias
};

// target: a name, an alias, or an absolute path of a file. @places: of a kernel that is not
// running, only the file is read.
Result<ModuleReport> report_on(const std::string &target, const ConfigurationPlaces &places = {});

} // namespace mk::cli
