// SPDX-License-Identifier: GPL-2.0-only
// Loader of modules, which works as modprobe does (dependencies, softdeps, options, install
// commands, blacklist), after checking everything that can be known to fail.
#pragma once

#include "job/plan_runner.hpp"
#include "job/planner.hpp"

namespace mk {

// Blocks as long as the inits of modules do: not for an event loop.
class Loader {
  public:
    explicit Loader(const CatalogPlaces &places = {}, LoadedModules loaded = LoadedModules{},
                    ModuleCalls &calls = ModuleCalls::real())
        : places_(places), planner_(places, loaded), loaded_(std::move(loaded)), calls_(calls) {}

    JobOutcome load(const LoadRequest &request, const JobHooks &hooks = {});
    // Errors that can be known before the kernel is asked, whether the module is loaded now or not.
    Result<void> check(const LoadRequest &request);

    Planner &planner() { return planner_; }

  private:
    Result<void> check_step(const LoadRequest &request, const PlanStep &step) const;
    Result<void> check_files(const LoadRequest &request, Plan &plan) const;

    CatalogPlaces places_;
    Planner planner_;
    LoadedModules loaded_;
    ModuleCalls &calls_;
};

} // namespace mk
