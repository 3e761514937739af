// SPDX-License-Identifier: GPL-2.0-only
#include "bus/event_dispatcher.hpp"

#include <utility>

#include "explain/explain_record.hpp"

namespace mk::bus {

namespace {

// Whether the module is gone after it. A load that was refused before it began says nothing about
// the module, which may be loaded already.
bool ends_load(const driver::Event &event) {
    const auto *change = event.as<driver::ModuleEvent>();
    return event.kind == driver::EventKind::Unload ||
           (event.kind == driver::EventKind::LoadFailed && change && change->load_sequence != 0);
}

// Whether it tells where the module came from. Both kinds do: the beginning may have been left out,
// or overwritten long before the record of the live module.
bool tells_of_load(driver::EventKind kind) {
    return kind == driver::EventKind::LoadBegin || kind == driver::EventKind::LoadLive;
}

// A path below another root says nothing about this one.
SeenLoad seen_of(const driver::ModuleEvent &change) {
    return {change.args, change.other_root ? std::string() : change.file};
}

} // namespace

void EventDispatcher::appear(const ModuleName &name, LoadState state, SeenLoad load) {
    auto &module = registry_.add(name);
    module.state = state;
    module.load = std::move(load);
    if (auto details = source_.details(name))
        module.uses = details->uses;
    untold_.insert(name);
    users_changed(module.uses);
}

// Whether it was news. Nothing is signaled about a module that has no object.
bool EventDispatcher::tell(const ModuleName &name) {
    if (untold_.erase(name) == 0)
        return false;
    signals_.object_added(name);
    return true;
}

void EventDispatcher::settle() {
    while (!untold_.empty())
        tell(ModuleName(*untold_.begin()));
    for (const auto &name : std::exchange(changed_users_, {}))
        if (registry_.find(name))
            signals_.module_changed(name, {"UsedBy"});
}

void EventDispatcher::set_load(const ModuleName &name, KnownModule &module, SeenLoad load) {
    if (module.load == load)
        return;
    module.load = std::move(load);
    if (!untold_.contains(name))
        signals_.module_changed(name, {"Arguments", "Path"});
}

void EventDispatcher::disappear(const ModuleName &name) {
    const auto *known = registry_.find(name);
    if (!known)
        return;
    users_changed(known->uses);
    // A module that was loaded and unloaded unnoticed is not signaled at all.
    if (untold_.erase(name) == 0)
        signals_.object_removed(name);
    registry_.remove(name);
}

void EventDispatcher::users_changed(const ModuleNames &modules) {
    changed_users_.insert(modules.begin(), modules.end());
}

void EventDispatcher::live(const ModuleName &name, std::uint64_t sequence,
                           std::optional<SeenLoad> load) {
    const bool is_load_seen = load.has_value();
    if (auto *known = registry_.find(name)) {
        known->state = LoadState::Live;
        if (load)
            set_load(name, *known, std::move(*load));
        if (!tell(name))
            signals_.module_changed(name, {"State", "Size", "Uses", "UsedBy", "Taints", "Version",
                                           "SourceVersion", "LoadedTimestampNSec",
                                           "InitDurationNSec", "LoadCount"});
    } else {
        appear(name, LoadState::Live, load ? std::move(*load) : SeenLoad{});
        tell(name);
    }
    registry_.add(name).is_load_seen |= is_load_seen;
    signals_.module_loaded(name, sequence);
}

void EventDispatcher::replay(const driver::Event &event) {
    const auto *change = event.as<driver::ModuleEvent>();
    if (!change)
        return;
    if (tells_of_load(event.kind))
        replayed_[ModuleName(change->module)] = seen_of(*change);
    else if (ends_load(event))
        replayed_.erase(ModuleName(change->module));
}

void EventDispatcher::apply(const driver::Event &event) {
    ++generation_;
    if (event.kind == driver::EventKind::Lost)
        resync(false);
    else if (const auto *change = event.as<driver::ModuleEvent>())
        apply(event, *change);
    else if (const auto *suppressed = event.as<driver::Suppressed>();
             suppressed && suppressed->kind == driver::EventKind::LoadBegin)
        forget_failed();
    else if (const auto *decision = event.as<driver::PolicyDecision>())
        signals_.policy_decided(event, *decision);
    else if (const auto *policy = event.as<driver::PolicyChange>())
        signals_.policy_changed(*policy);
    // other records change no object
    signals_.event(event);
}

void EventDispatcher::apply(const driver::Event &event, const driver::ModuleEvent &change) {
    const auto worker = static_cast<pid_t>(event.tgid);
    const ModuleName name(change.module);
    switch (event.kind) {
    case driver::EventKind::Present:
        if (!registry_.find(name))
            appear(name, LoadState::Live, {});
        break;
    case driver::EventKind::LoadBegin:
        if (is_worker_(worker))
            traces_[worker].begun.insert(name);
        if (auto *known = registry_.find(name))
            set_load(name, *known, seen_of(change));
        else
            appear(name, LoadState::Coming, seen_of(change));
        registry_.add(name).is_load_seen = true;
        break;
    case driver::EventKind::LoadLive:
        live(name, event.sequence, seen_of(change));
        break;
    case driver::EventKind::LoadFailed:
        if (ends_load(event))
            disappear(name);
        if (is_worker_(worker))
            traces_[worker].failures.push_back(event);
        else if (change.stage != driver::Stage::Duplicate) // it is loaded: nothing failed
            signals_.module_failed(name, explain_failure(event, Audience::Everybody),
                                   event.sequence, 0);
        break;
    case driver::EventKind::Unload:
        disappear(name);
        signals_.module_unloaded(name, event.sequence);
        break;
    default:
        break;
    }
}

// A built-in module has a directory in sysfs and may have uevents, from udevadm trigger for
// example, but has no state.
void EventDispatcher::added(const ModuleName &name) {
    if (!source_.loaded().is_live(name))
        return;
    ++generation_;
    live(name, 0, std::nullopt);
    settle();
}

void EventDispatcher::removed(const ModuleName &name) {
    if (!registry_.find(name))
        return;
    ++generation_;
    disappear(name);
    signals_.module_unloaded(name, 0);
    settle();
}

void EventDispatcher::drop_missing(const std::vector<LoadedModule> &now, bool quiet) {
    std::set<ModuleName> missing;
    for (auto &name : registry_.names())
        missing.insert(std::move(name));
    for (const auto &module : now)
        missing.erase(module.name);
    for (const auto &name : missing) {
        if (quiet) {
            registry_.remove(name);
        } else {
            disappear(name);
            signals_.module_unloaded(name, 0);
        }
    }
}

// Loads whose records were left out have no end record either: a load in the list may be over.
void EventDispatcher::forget_failed() {
    std::set<ModuleName> there;
    for (const auto &module : source_.list())
        there.insert(module.name);
    for (const auto &name : registry_.names())
        if (const auto *known = registry_.find(name);
            known->state == LoadState::Coming && !known->is_load_seen && !there.contains(name))
            disappear(name);
    settle();
}

void EventDispatcher::resync(bool quiet) {
    ++generation_;
    ++gaps_;
    settle();
    auto now = source_.list();
    drop_missing(now, quiet);
    for (auto &module : now) {
        auto *known = registry_.find(module.name);
        bool is_new = !known;
        if (is_new)
            known = &registry_.add(module.name);
        bool state_changed = known->state != module.state;
        known->state = module.state;
        known->uses = std::move(module.uses);
        if (auto seen = replayed_.find(module.name); seen != replayed_.end()) {
            known->load = seen->second;
            known->is_load_seen = true;
        }
        if (quiet)
            continue;
        if (is_new) {
            signals_.object_added(module.name);
            users_changed(known->uses);
        } else if (state_changed) {
            signals_.module_changed(module.name, {"State"});
        }
        if (module.state == LoadState::Live && (is_new || state_changed))
            signals_.module_loaded(module.name, module.last_sequence);
    }
    settle();
    replayed_.clear();
}

WorkerTrace EventDispatcher::take_trace(pid_t worker) {
    auto found = traces_.find(worker);
    if (found == traces_.end())
        return {};
    auto trace = std::move(found->second);
    traces_.erase(found);
    return trace;
}

} // namespace mk::bus
