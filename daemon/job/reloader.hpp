// SPDX-License-Identifier: GPL-2.0-only
// Reloader of a module and of the modules that use it, which restores the old state if the new load
// fails.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "job/loader.hpp"
#include "job/reload_request.hpp"
#include "job/unloader.hpp"

namespace mk {

Result<void> check_request(const ReloadRequest &request);

// The load in its second half.
LoadRequest load_request_of(const ReloadRequest &request);

// Blocks as long as the inits and exits of modules do: not for an event loop.
class Reloader {
  public:
    explicit Reloader(const CatalogPlaces &places = {}, LoadedModules loaded = LoadedModules{},
                      ModuleCalls &calls = ModuleCalls::real(), FindHeldBy holders = nullptr,
                      PolicyAhead policy = {})
        : places_(places), calls_(calls), loader_(places, loaded, calls, std::move(policy)),
          unloader_(places, std::move(loaded), calls, std::move(holders)) {}

    JobOutcome reload(const ReloadRequest &request, const JobHooks &hooks = {});

  private:
    // Whether named files are unchanged, and are of this module.
    Result<void> check_files(const ReloadRequest &request) const;
    Result<void> put_back(const ModuleName &name, const ReloadRequest &request,
                          const JobHooks &hooks);
    void put_back_all(const ModuleNames &names, const ReloadRequest &request, const JobHooks &hooks,
                      JobOutcome &outcome);

    void put_users_back(const ModuleNames &users, const ReloadRequest &request,
                        const JobHooks &hooks, JobOutcome &outcome);
    // After a cancel, the old state must be restored.
    void take_back(const ModuleNames &gone, const ReloadRequest &request, const JobHooks &hooks,
                   JobOutcome &outcome);

    CatalogPlaces places_;
    ModuleCalls &calls_;
    Loader loader_;
    Unloader unloader_;
};

} // namespace mk
