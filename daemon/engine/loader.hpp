// SPDX-License-Identifier: GPL-2.0-only
// Loads a module as modprobe would (dependencies, softdeps, options, install commands, blacklist),
// after looking at what can be known to go wrong.
#pragma once

#include <functional>

#include "engine/catalog.hpp"
#include "engine/load_outcome.hpp"
#include "engine/loaded_modules.hpp"

namespace mk::engine {

// Sleeps as long as the module's init does: not for an event loop.
class Loader {
  public:
    explicit Loader(CatalogPlaces places = {}, LoadedModules loaded = LoadedModules{})
        : places_(std::move(places)), loaded_(std::move(loaded)) {}

    LoadOutcome load(const LoadRequest &request) const;

  private:
    LoadOutcome load_one(Catalog &catalog, kmod_module &module, const LoadRequest &request) const;
    Result<ModuleFile> check(Catalog &catalog, kmod_module &module,
                             const LoadRequest &request) const;

    CatalogPlaces places_;
    LoadedModules loaded_;
};

} // namespace mk::engine
