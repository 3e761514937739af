// SPDX-License-Identifier: GPL-2.0-only
// Keeper of modules that nothing uses any more, but that somebody loaded for their own sake.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "explain/load_purpose.hpp"
#include "kmod/catalog.hpp"
#include "kmod/dependencies.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

// What nothing uses any more, but somebody loaded for its own sake.
struct KeptModule {
    ModuleName module;
    LoadPurpose purpose;
};

// Reads the record with the first question. Belongs to one unload.
class UnloadKeeper {
  public:
    UnloadKeeper(CatalogPlaces places, LoadedModules loaded, LoadEvents read_events)
        : places_(std::move(places)), loaded_(std::move(loaded)),
          read_events_(std::move(read_events)) {}

    bool keeps(const ModuleName &name);
    std::vector<KeptModule> take_kept() { return std::move(kept_); }
    // Whether every question so far had an answer; without one, nothing is kept.
    bool knows() const { return !is_read_ || events_; }

  private:
    const std::vector<driver::Event> *events();
    ModuleNames needs(const ModuleName &name);

    CatalogPlaces places_;
    LoadedModules loaded_;
    LoadEvents read_events_;
    std::optional<Result<Catalog>> catalog_;
    std::optional<Dependencies> dependencies_;
    std::optional<std::vector<driver::Event>> events_;
    bool is_read_ = false;
    std::map<ModuleName, bool> answers_;
    std::vector<KeptModule> kept_;
};

} // namespace mk
