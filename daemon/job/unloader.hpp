// SPDX-License-Identifier: GPL-2.0-only
// Unloader of modules, which first checks whether it can unload all of them, so that nothing is
// left half done.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/held_by.hpp"
#include "base/module_name.hpp"
#include "explain/explain_unload.hpp"
#include "explain/job_outcome.hpp"
#include "job/job_hooks.hpp"
#include "job/module_calls.hpp"
#include "job/unload_keeper.hpp"
#include "job/unload_request.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

Result<void> check_request(const UnloadRequest &request);

// What an unload would do now.
struct UnloadPlan {
    ModuleNames modules; // in this order
    std::vector<KeptModule> kept;
    // Whether it is known who loaded what; if not, nothing is kept.
    bool knows_purposes = true;
};

struct ModuleCommand;

// Blocks as long as the exits of modules do: not for an event loop.
class Unloader {
  public:
    explicit Unloader(CatalogPlaces places = {}, LoadedModules loaded = LoadedModules{},
                      ModuleCalls &calls = ModuleCalls::real(), FindHeldBy holders = nullptr,
                      LoadEvents events = nullptr)
        : places_(std::move(places)), loaded_(std::move(loaded)), calls_(calls),
          holders_(std::move(holders)), events_(std::move(events)) {}

    JobOutcome unload(const UnloadRequest &request, const JobHooks &hooks = {}) const;

    // The modules to unload, in this order: users of @names first. NotFound, NotLoaded, BuiltIn or
    // InUse if it is impossible.
    Result<ModuleNames> order(const UnloadRequest &request) const;

    // The same with what would go after them because nothing uses it any more. Touches nothing.
    Result<UnloadPlan> plan(const UnloadRequest &request) const;

    using Modules = std::map<ModuleName, LoadedModule>; // by their names

  private:
    using Clock = std::chrono::steady_clock;
    class Performance;
    class Rehearsal;

    Result<void> unload_one(const ModuleName &name, const UnloadRequest &request,
                            const JobHooks &hooks) const;
    Result<void> wait_until_free(const ModuleName &name, Clock::time_point not_before,
                                 Clock::time_point deadline, const JobHooks &hooks) const;
    Result<void> run_remove_command(const ModuleCommand &command, const JobHooks &hooks) const;
    UnloadKeeper keeper() const { return {places_, loaded_, events_}; }
    Error not_loaded(const ModuleName &name, const Modules &all) const;
    Error refusal(const ModuleName &name, int error) const;
    Error explain(UnloadRefusal refusal) const;

    CatalogPlaces places_;
    LoadedModules loaded_;
    ModuleCalls &calls_;
    FindHeldBy holders_;
    LoadEvents events_;
};

} // namespace mk
