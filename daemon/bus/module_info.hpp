// SPDX-License-Identifier: GPL-2.0-only
// Sources of property values: the driver if it is connected, otherwise /proc and /sys.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "bus/module_registry.hpp"
#include "driver_client/driver_client.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk::bus {

class ModuleSource {
  public:
    ModuleSource(driver::DriverClient &driver, LoadedModules loaded, CatalogPlaces places)
        : driver_(driver), loaded_(std::move(loaded)), places_(std::move(places)) {}

    // Ask the driver from now on, or stop asking it.
    void use_driver(bool use) { use_driver_ = use; }
    bool uses_driver() const { return use_driver_; }

    // Modules that are loaded, coming or going now.
    std::vector<LoadedModule> list();
    // Nothing when it is not loaded (any more).
    std::optional<LoadedModule> details(const ModuleName &name);
    // For all modules of list(), cheaper than each separately.
    std::map<ModuleName, LoadedModule> all_details();
    // The arguments of a load that every user may read in sysfs.
    std::string public_arguments(const ModuleName &name, const std::string &arguments) const;
    // Everything that the driver has recorded.
    Result<std::unique_ptr<driver::RecordReader>> read_record();

    const LoadedModules &loaded() const { return loaded_; }
    // Information about the files that modprobe would load.
    const CatalogPlaces &places() const { return places_; }

  private:
    // Nothing: the driver is not asked, or does not answer.
    std::optional<std::vector<LoadedModule>> list_of_driver();

    driver::DriverClient &driver_;
    LoadedModules loaded_;
    CatalogPlaces places_;
    bool use_driver_ = false;
};

} // namespace mk::bus
