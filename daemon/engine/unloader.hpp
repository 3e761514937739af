// SPDX-License-Identifier: GPL-2.0-only
// Unloads modules: looks first whether it can be done at all, so that nothing is left half done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/job_hooks.hpp"
#include "engine/job_outcome.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/module_calls.hpp"
#include "engine/unload_request.hpp"

namespace mk::engine {

Result<void> check_request(const UnloadRequest &request);

// Sleeps as long as the exits of modules do: not for an event loop.
class Unloader {
  public:
    explicit Unloader(CatalogPlaces places = {}, LoadedModules loaded = LoadedModules{},
                      ModuleCalls &calls = ModuleCalls::real())
        : places_(std::move(places)), loaded_(std::move(loaded)), calls_(calls) {}

    JobOutcome unload(const UnloadRequest &request, JobHooks hooks = {}) const;

    // The modules that go, in this order: those that use @names first. NotLoaded, BuiltIn or InUse
    // when it cannot be done.
    Result<std::vector<std::string>> order(const UnloadRequest &request) const;

  private:
    Result<void> unload_one(const std::string &name, const UnloadRequest &request,
                            const JobHooks &hooks) const;
    void unload_unused(std::vector<std::string> candidates, const JobHooks &hooks,
                       JobOutcome &outcome) const;
    Error refusal(const std::string &name, int error) const;

    CatalogPlaces places_;
    LoadedModules loaded_;
    ModuleCalls &calls_;
};

} // namespace mk::engine
