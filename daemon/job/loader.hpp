// SPDX-License-Identifier: GPL-2.0-only
// Loader of modules, which works as modprobe does (dependencies, softdeps, options, install
// commands, blacklist), after checking everything that can be known to fail.
#pragma once

#include <functional>
#include <optional>

#include "explain/job_outcome.hpp"
#include "job/plan_runner.hpp"
#include "job/planner.hpp"

namespace mk {

// What the policy would refuse of a step, before it is tried; nothing: it would not, or is not
// known.
using PolicyAhead = std::function<std::optional<LoadRefusal>(const PlanStep &step)>;

// Blocks as long as the inits of modules do: not for an event loop.
class Loader {
  public:
    explicit Loader(const CatalogPlaces &places = {}, LoadedModules loaded = LoadedModules{},
                    ModuleCalls &calls = ModuleCalls::real(), PolicyAhead policy = {})
        : places_(places), planner_(places, loaded), loaded_(std::move(loaded)), calls_(calls),
          policy_(std::move(policy)) {}

    JobOutcome load(const LoadRequest &request, const JobHooks &hooks = {});
    // Errors that can be known before the kernel is asked, whether the module is loaded now or not.
    Result<void> check(const LoadRequest &request);
    // What the policy would refuse of it.
    std::optional<LoadRefusal> denied(const LoadRequest &request);

    Planner &planner() { return planner_; }

  private:
    Result<void> check_step(const LoadRequest &request, const PlanStep &step) const;
    Result<void> check_files(const LoadRequest &request, Plan &plan) const;

    std::optional<LoadRefusal> denied(const LoadRequest &request, const Plan &plan) const;

    CatalogPlaces places_;
    Planner planner_;
    LoadedModules loaded_;
    ModuleCalls &calls_;
    PolicyAhead policy_;
};

} // namespace mk
