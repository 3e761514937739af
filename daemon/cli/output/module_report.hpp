// SPDX-License-Identifier: GPL-2.0-only
// Everything that is known of one module: what its file says, and what the kernel and the driver
// say of it now.
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
    std::string srcversion;  // of the one in the kernel
    std::string loaded_file; // that it came from; "": not known, or not for who asks
    std::vector<std::string> uses;
    std::optional<driver::Module> recorded;
    std::vector<ReportedParameter> parameters;
    std::vector<std::string> also; // names of other modules that the alias leads to
};

// target: a name, an alias, or an absolute path of a file. @places: of a kernel that does not run
// only the file is looked at.
Result<ModuleReport> report_on(const std::string &target, const ConfigurationPlaces &places = {});

} // namespace mk::cli
