// SPDX-License-Identifier: GPL-2.0-only
// Out of all that was recorded: what belongs to the last load of one module.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/control_group.hpp"

namespace mk {

// What set a load off, as far as it is known.
enum class Trigger {
    Unknown,     // before the driver, or no longer in the record
    Request,     // the kernel asked for an alias
    Udev,        // a device came
    ModulesLoad, // a list in modules-load.d
    Daemon,      // somebody asked modkeeperd
    Command,     // somebody ran a program
};

std::string_view trigger_name(Trigger trigger);

struct LoadHistory {
    ModuleName module;
    std::optional<driver::Event> present; // it was there before the driver
    std::optional<driver::Event> begin;
    std::optional<driver::Event> end; // LoadLive or LoadFailed
    std::optional<driver::Event> request;
    std::optional<driver::Event> unload;       // after that load
    std::vector<driver::Event> refused;        // unloads since then
    std::optional<driver::Event> failed_since; // a load while it was loaded
    ModuleName loaded_for;    // the module that needs it and was loaded by the same process
    ModuleNames loaded_first; // those that it needs and the same process loaded before
    Trigger trigger = Trigger::Unknown;
    std::optional<JobCaller> caller; // who asked the daemon

    bool is_known() const { return present || begin || end || unload || !refused.empty(); }
    bool is_live() const;
    bool has_failed() const;
    // The last of what failed, a load or an unload; nullptr: nothing did.
    const driver::Event *last_failure() const;
    // That tells most of the loader: the beginning, or a failure that had none.
    const driver::Event *load() const { return begin ? &*begin : end ? &*end : nullptr; }
};

// Names of loaded modules that stand next to one, such as those that hold it.
using Neighbours = std::function<ModuleNames(const ModuleName &)>;

// Of whoever had it loaded: who asked the daemon, the task that made the kernel ask for it, or the
// loader.
ControlGroup place_of(const LoadHistory &history);

LoadHistory history_of(const ModuleName &module, const std::vector<driver::Event> &events,
                       const Neighbours &holders, const Neighbours &uses);

} // namespace mk
