// SPDX-License-Identifier: GPL-2.0-only
// Dispatcher of kernel events to objects, property changes and signals on the bus.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "bus/module_info.hpp"
#include "bus/module_registry.hpp"
#include "bus/signals.hpp"
#include "driver_client/driver_client.hpp"

namespace mk::bus {

// Records of one of the daemon's own loads.
struct WorkerTrace {
    std::set<ModuleName> begun;
    std::vector<driver::Event> failures;
};

class EventDispatcher {
  public:
    using IsWorker = std::function<bool(pid_t)>;

    EventDispatcher(ModuleRegistry &registry, ModuleSource &source, Signals &signals,
                    IsWorker is_worker)
        : registry_(registry), source_(source), signals_(signals),
          is_worker_(std::move(is_worker)) {}

    // A record of the past, read before the list was: nothing is signaled.
    void replay(const driver::Event &event);
    // Records that come together signal a module once, in its final state: call settle() after the
    // last of them.
    void apply(const driver::Event &event);
    void settle();
    // From uevents, without the driver: hints that are checked against the kernel.
    void added(const ModuleName &name);
    void removed(const ModuleName &name);
    // Compares with the kernel and signals the difference; @quiet: only updates the state.
    void resync(bool quiet);

    // Failures of a worker's load are not signaled here, but by the code that explains them.
    WorkerTrace take_trace(pid_t worker);

    // Grows whenever values of properties may have changed.
    std::uint64_t generation() const { return generation_; }
    // Grows whenever records may have been missed, so that a trace may be incomplete.
    std::uint64_t gaps() const { return gaps_; }

  private:
    void apply(const driver::Event &event, const driver::ModuleEvent &change);
    void appear(const ModuleName &name, LoadState state, SeenLoad load);
    void set_load(const ModuleName &name, KnownModule &module, SeenLoad load);
    void disappear(const ModuleName &name);
    void drop_missing(const std::vector<LoadedModule> &now, bool quiet);
    void users_changed(const ModuleNames &modules);
    bool tell(const ModuleName &name);
    // @load: nothing was recorded of it.
    void live(const ModuleName &name, std::uint64_t sequence, std::optional<SeenLoad> load);
    void forget_failed();

    ModuleRegistry &registry_;
    ModuleSource &source_;
    Signals &signals_;
    IsWorker is_worker_;
    std::map<pid_t, WorkerTrace> traces_;
    std::set<ModuleName> untold_;        // in the registry, not yet on the bus
    std::set<ModuleName> changed_users_; // modules whose UsedBy must be signaled
    std::map<ModuleName, SeenLoad> replayed_;
    std::uint64_t generation_ = 0;
    std::uint64_t gaps_ = 0;
};

} // namespace mk::bus
