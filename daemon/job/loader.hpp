// SPDX-License-Identifier: GPL-2.0-only
// Loads modules as modprobe would (dependencies, softdeps, options, install commands, blacklist),
// after looking at what can be known to go wrong.
#pragma once

#include "job/plan_runner.hpp"
#include "job/planner.hpp"

namespace mk {

// Sleeps as long as the inits of modules do: not for an event loop.
class Loader {
  public:
    explicit Loader(const CatalogPlaces &places = {}, LoadedModules loaded = LoadedModules{},
                    ModuleCalls &calls = ModuleCalls::real())
        : places_(places), planner_(places, loaded), loaded_(std::move(loaded)), calls_(calls) {}

    JobOutcome load(const LoadRequest &request, const JobHooks &hooks = {});
    // What can be known to go wrong before the kernel is asked, whether it is loaded now or not.
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
