// SPDX-License-Identifier: GPL-2.0-only
// Decides which events belong to one load, and what set it off.
#include "explain/load_history.hpp"

#include <set>

#include "explain/client.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::EventKind;
using driver::ModuleEvent;

// All that are reached from @module.
std::set<ModuleName> closure(const ModuleName &module, const Neighbours &next) {
    std::set<ModuleName> reached;
    ModuleNames open = {module};
    while (!open.empty()) {
        const ModuleName name = std::move(open.back());
        open.pop_back();
        for (ModuleName &neighbour : next(name))
            if (reached.insert(neighbour).second)
                open.push_back(std::move(neighbour));
    }
    return reached;
}

void take_failure(LoadHistory &story, const Event &event) {
    const auto *change = event.as<ModuleEvent>();
    // of a module that was there already, or of a file of that name
    if (story.is_live() && change->load_sequence == 0) {
        story.failed_since = event;
        return;
    }
    if (change->load_sequence == 0)
        story.begin.reset();
    story.unload.reset();
    story.failed_since.reset();
    story.end = event;
}

void take(LoadHistory &story, const Event &event) {
    switch (event.kind) {
    case EventKind::Present:
        story.present = event;
        break;
    case EventKind::LoadBegin:
        story.present.reset();
        story.begin = event;
        story.end.reset();
        story.unload.reset();
        story.failed_since.reset();
        story.refused.clear();
        break;
    case EventKind::LoadLive:
        story.end = event;
        break;
    case EventKind::LoadFailed:
        take_failure(story, event);
        break;
    case EventKind::Unload:
        story.unload = event;
        story.failed_since.reset();
        break;
    case EventKind::UnloadRefused:
        story.refused.push_back(event);
        break;
    default:
        break;
    }
}

// A task chooses its own name. Those of the system have the capability, and a unit of their own
// where systemd has started them.
bool may_be(const ModuleEvent &load, std::string_view unit) {
    const bool may_load = load.capability == driver::Capability::Held ||
                          load.capability == driver::Capability::Unknown;
    const auto group = read_control_group(load.cgroup);
    return may_load && group.container.empty() && (group.unit.empty() || group.unit == unit);
}

Trigger trigger_of(const LoadHistory &story) {
    const Event *load = story.load();
    if (load == nullptr)
        return Trigger::Unknown;
    const auto &change = *load->as<ModuleEvent>();
    if (change.link != driver::Link::None)
        return Trigger::Request;
    const std::string_view comm = load->comm;
    if (comm.find("udev") != std::string_view::npos && may_be(change, "systemd-udevd.service"))
        return Trigger::Udev;
    if (comm.starts_with("systemd-modules") && may_be(change, "systemd-modules-load.service"))
        return Trigger::ModulesLoad;
    if (comm.starts_with("modkeeperd") && may_be(change, "modkeeperd.service"))
        return Trigger::Daemon;
    return Trigger::Command;
}

void find_company(LoadHistory &story, const std::vector<Event> &events, const Neighbours &holders,
                  const Neighbours &uses) {
    const auto above = closure(story.module, holders);
    const auto below = closure(story.module, uses);
    for (const Event &event : events) {
        if (event.kind != EventKind::LoadBegin || event.tgid != story.begin->tgid ||
            event.comm != story.begin->comm)
            continue;
        ModuleName name(driver::module_of(event));
        if (event.sequence > story.begin->sequence && above.contains(name))
            story.loaded_for = std::move(name);
        else if (event.sequence < story.begin->sequence && below.contains(name))
            story.loaded_first.push_back(std::move(name));
    }
}

} // namespace

std::string_view trigger_name(Trigger trigger) {
    switch (trigger) {
    case Trigger::Request:
        return "request";
    case Trigger::Udev:
        return "udev";
    case Trigger::ModulesLoad:
        return "modules-load";
    case Trigger::Daemon:
        return "modkeeperd";
    case Trigger::Command:
        return "command";
    case Trigger::Unknown:
        break;
    }
    return "unknown";
}

bool LoadHistory::is_live() const {
    return !unload && (present || (end && end->kind == EventKind::LoadLive));
}

bool LoadHistory::has_failed() const {
    return end && end->kind == EventKind::LoadFailed;
}

const Event *LoadHistory::last_failure() const {
    const Event *last = has_failed() ? &*end : nullptr;
    const auto take = [&](const Event &event) {
        if (last == nullptr || event.sequence > last->sequence)
            last = &event;
    };
    if (failed_since)
        take(*failed_since);
    if (!refused.empty())
        take(refused.back());
    return last;
}

ControlGroup place_of(const LoadHistory &history) {
    if (history.trigger == Trigger::Daemon)
        return history.caller ? read_control_group(history.caller->cgroup) : ControlGroup();
    if (history.request)
        return read_control_group(history.request->as<driver::ModuleRequest>()->cgroup);
    const auto *load = history.load();
    return load == nullptr ? ControlGroup() : read_control_group(load->as<ModuleEvent>()->cgroup);
}

LoadHistory history_of(const ModuleName &module, const std::vector<Event> &events,
                       const Neighbours &holders, const Neighbours &uses) {
    LoadHistory story;
    story.module = module;
    for (const Event &event : events)
        if (driver::module_of(event) == module)
            take(story, event);
    story.trigger = trigger_of(story);
    if (story.begin)
        find_company(story, events, holders, uses);
    if (const Event *load = story.load()) {
        story.caller = client_of(*load);
        for (const Event &event : events)
            if (event.kind == EventKind::Request &&
                event.sequence == load->as<ModuleEvent>()->request_sequence)
                story.request = event;
    }
    return story;
}

} // namespace mk
