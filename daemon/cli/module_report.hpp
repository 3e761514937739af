// SPDX-License-Identifier: GPL-2.0-only
// Everything that is known of one module: what its file says, and what the kernel and the driver
// say of it now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/driver_client.hpp"
#include "engine/catalog.hpp"
#include "engine/configuration/places.hpp"
#include "engine/loaded_modules.hpp"
#include "error.hpp"

namespace mk::cli {

struct ReportedParameter {
    std::string name;
    std::string type;
    std::string description;
    std::optional<std::string> value; // nothing: it cannot be read, or the module is not loaded
};

struct ModuleReport {
    std::string name;
    engine::LoadState state = engine::LoadState::Absent;
    std::optional<engine::ModuleFile> file;
    std::optional<engine::LoadedModule> loaded;
    std::string srcversion;  // of the one in the kernel
    std::string loaded_file; // that it came from; "": not known, or not for who asks
    std::vector<std::string> uses;
    std::optional<driver::Module> recorded;
    std::vector<ReportedParameter> parameters;
    std::vector<std::string> also; // names of other modules that the alias leads to
};

// target: a name, an alias, or an absolute path of a file. @places: of a kernel that does not run
// only the file is looked at.
Result<ModuleReport> report_on(const std::string &target,
                               const engine::ConfigurationPlaces &places = {});

} // namespace mk::cli
