// SPDX-License-Identifier: GPL-2.0-only
// Where the values of properties come from: the driver when it is there, /proc and /sys when not,
// and the module's file for what it says of itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bus/inventory.hpp"
#include "bus/module_files.hpp"
#include "driver/driver_client.hpp"
#include "engine/loaded_modules.hpp"

namespace mk::bus {

struct ModuleSummary {
    std::string name;
    State state = State::Live;
    std::uint64_t bytes = 0;
    std::uint32_t references = 0;
    std::vector<std::string> used_by;
    std::vector<std::string> uses;
    std::uint64_t load_sequence = 0;
    std::uint64_t last_sequence = 0;
};

struct ParameterDetails {
    std::string name;
    std::string type;
    std::string value;
};

// All but its parameters.
struct ModuleDetails : ModuleSummary {
    std::string version;
    std::string srcversion;
    std::string taints;
    std::uint64_t loaded_us = 0; // since the epoch
    std::uint64_t init_ns = 0;
    std::uint64_t load_count = 0;
};

class ModuleSource {
  public:
    ModuleSource(driver::DriverClient &driver, engine::LoadedModules loaded,
                 engine::CatalogPlaces places)
        : driver_(driver), loaded_(std::move(loaded)), files_(std::move(places)) {}

    // Ask the driver from now on, or not.
    void use_driver(bool use) {
        use_driver_ = use;
        declared_.clear();
    }
    bool uses_driver() const { return use_driver_; }

    // What is loaded, coming or going now.
    std::vector<ModuleSummary> list();
    // Nothing when it is not loaded (any more).
    std::optional<ModuleDetails> details(const std::string &name);
    // The same of all that list() has, for less than each by itself.
    std::map<std::string, ModuleDetails> all_details();
    std::vector<ParameterDetails> parameters(const ModuleDetails &module, const FileDetails &file);
    // Of the arguments of a load those that every user may read in sysfs.
    std::string public_arguments(const std::string &name, const std::string &arguments) const;
    // @path: the file it was loaded from, "" when that is for modprobe's index to say. Valid until
    // the next call.
    const FileDetails &file(const std::string &name, const std::string &path) {
        return files_.find(name, path);
    }

    // All that the driver has recorded, oldest first, until @take returns false.
    Result<void> each_record(const std::function<bool(driver::Event &)> &take);

    const engine::LoadedModules &loaded() const { return loaded_; }

  private:
    // What a module that is loaded declares stays the same until it is loaded again.
    struct Declared {
        std::optional<std::uint64_t> load_sequence; // nothing while it was not live
        std::vector<DeclaredParameter> parameters;
    };

    const Declared &declare(const driver::Module &module);
    const std::vector<DeclaredParameter> *declared_parameters(const ModuleDetails &module);

    driver::DriverClient &driver_;
    engine::LoadedModules loaded_;
    ModuleFiles files_;
    std::map<std::string, Declared> declared_;
    bool use_driver_ = false;
};

} // namespace mk::bus
