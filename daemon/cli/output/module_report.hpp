// SPDX-License-Identifier: GPL-2.0-only
// Everything that is known about one module: from its file, and from the kernel and the driver now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/driver_client.hpp"
#include "kmod/catalog.hpp"
#include "kmod/places.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {

struct ReportedParameter {
    std::string name;
    std::string type;
    std::string description;
    std::optional<std::string> value; // nothing: it cannot be read, or the module is not loaded
};

struct ModuleReport {
    std::string name;
    LoadState state = LoadState::Absent;
    std::optional<ModuleFile> file;
    std::optional<LoadedModule> loaded;
    std::string srcversion;  // of the loaded one
    std::string loaded_file; // that it was loaded from; "": not known, or not public
    std::vector<std::string> uses;
    std::optional<driver::Module> recorded;
    std::vector<ReportedParameter> parameters;
    std::vector<std::string> also; // names of other modules of the alias
};

// target: a name, an alias, or an absolute path of a file. @places: of a kernel that is not
// running, only the file is read.
Result<ModuleReport> report_on(const std::string &target, const ConfigurationPlaces &places = {});

} // namespace mk::cli
