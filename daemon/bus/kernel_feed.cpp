// SPDX-License-Identifier: GPL-2.0-only
#include "bus/kernel_feed.hpp"

#include "bus/failure_notice.hpp"

namespace mk::bus {

void KernelFeed::appear(const std::string &name, State state, const std::string &arguments) {
    auto &module = inventory_.add(name);
    module.state = state;
    module.arguments = arguments;
    if (auto details = source_.details(name))
        module.uses = details->uses;
    signals_.object_added(name);
    users_changed(module.uses);
}

void KernelFeed::set_arguments(const std::string &name, KnownModule &module,
                               const std::string &arguments) {
    if (module.arguments == arguments)
        return;
    module.arguments = arguments;
    signals_.module_changed(name, {"Arguments"});
}

void KernelFeed::disappear(const std::string &name) {
    const auto *known = inventory_.find(name);
    if (!known)
        return;
    auto uses = known->uses;
    signals_.object_removed(name);
    inventory_.remove(name);
    users_changed(uses);
}

void KernelFeed::users_changed(const std::vector<std::string> &modules) {
    for (const auto &name : modules)
        if (inventory_.find(name))
            signals_.module_changed(name, {"UsedBy"});
}

void KernelFeed::live(const std::string &name, std::uint64_t sequence) {
    if (auto *known = inventory_.find(name)) {
        known->state = State::Live;
        signals_.module_changed(name, {"State", "Size", "Uses", "UsedBy", "Taints",
                                       "LoadedTimestamp", "InitDuration", "LoadCount"});
    } else {
        appear(name, State::Live, {});
    }
    signals_.module_loaded(name, sequence);
}

void KernelFeed::replay(const driver::Event &event) {
    if (event.kind == driver::EventKind::LoadBegin && !event.args.empty())
        replayed_arguments_[event.module] = event.args;
    else if (event.kind == driver::EventKind::LoadFailed || event.kind == driver::EventKind::Unload)
        replayed_arguments_.erase(event.module);
}

void KernelFeed::apply(const driver::Event &event) {
    ++generation_;
    const auto worker = static_cast<pid_t>(event.tgid);
    switch (event.kind) {
    case driver::EventKind::Lost:
        resync(false);
        break;
    case driver::EventKind::Present:
        if (!inventory_.find(event.module))
            appear(event.module, State::Live, {});
        break;
    case driver::EventKind::LoadBegin:
        if (is_worker_(worker))
            traces_[worker].begun.insert(event.module);
        if (auto *known = inventory_.find(event.module))
            set_arguments(event.module, *known, event.args);
        else
            appear(event.module, State::Coming, event.args);
        break;
    case driver::EventKind::LoadLive:
        live(event.module, event.sequence);
        break;
    case driver::EventKind::LoadFailed:
        disappear(event.module);
        if (is_worker_(worker))
            traces_[worker].failures.push_back(event);
        else
            signals_.module_failed(event.module, describe_failure(event), event.sequence);
        break;
    case driver::EventKind::Unload:
        disappear(event.module);
        signals_.module_unloaded(event.module, event.sequence);
        break;
    }
}

void KernelFeed::added(const std::string &name) {
    ++generation_;
    live(name, 0);
}

void KernelFeed::removed(const std::string &name) {
    ++generation_;
    disappear(name);
    signals_.module_unloaded(name, 0);
}

void KernelFeed::drop_missing(const std::vector<ModuleSummary> &now, bool quiet) {
    std::set<std::string> missing;
    for (auto &name : inventory_.names())
        missing.insert(std::move(name));
    for (const auto &module : now)
        missing.erase(module.name);
    for (const auto &name : missing) {
        if (quiet) {
            inventory_.remove(name);
        } else {
            disappear(name);
            signals_.module_unloaded(name, 0);
        }
    }
}

void KernelFeed::resync(bool quiet) {
    ++generation_;
    ++gaps_;
    auto now = source_.list();
    drop_missing(now, quiet);
    for (auto &module : now) {
        auto *known = inventory_.find(module.name);
        bool is_new = !known;
        if (is_new)
            known = &inventory_.add(module.name);
        bool state_changed = known->state != module.state;
        known->state = module.state;
        known->uses = std::move(module.uses);
        if (auto seen = replayed_arguments_.find(module.name); seen != replayed_arguments_.end())
            known->arguments = seen->second;
        if (quiet)
            continue;
        if (is_new) {
            signals_.object_added(module.name);
            users_changed(known->uses);
        } else if (state_changed) {
            signals_.module_changed(module.name, {"State"});
        }
        if (module.state == State::Live && (is_new || state_changed))
            signals_.module_loaded(module.name, module.last_sequence);
    }
    replayed_arguments_.clear();
}

WorkerTrace KernelFeed::take_trace(pid_t worker) {
    auto found = traces_.find(worker);
    if (found == traces_.end())
        return {};
    auto trace = std::move(found->second);
    traces_.erase(found);
    return trace;
}

} // namespace mk::bus
