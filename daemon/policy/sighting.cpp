// SPDX-License-Identifier: GPL-2.0-only
#include "policy/sighting.hpp"

#include <set>
#include <tuple>
#include <utility>

#include "base/module_name.hpp"
#include "explain/client.hpp"

namespace mk::policy {

namespace {

using driver::Event;
using driver::EventKind;

std::optional<bool> is_signed(driver::Signature signature) {
    switch (signature) {
    case driver::Signature::Valid:
        return true;
    case driver::Signature::None:
    case driver::Signature::Refused:
        return false;
    case driver::Signature::Unknown:
        break;
    }
    return std::nullopt;
}

Trigger trigger_of(const Event &event) {
    auto begin = event;
    begin.kind = EventKind::LoadBegin;
    const auto none = [](const auto &) { return ModuleNames(); };
    return history_of(ModuleName(driver::module_of(event)), {begin}, none, none).trigger;
}

// Of whom the kernel asked on behalf of, if it did; otherwise of the loader.
template <typename Body>
void take_origin(Sighting &sighting, const Event &event, const Body &body) {
    const bool is_asked_for = body.link != driver::Link::None;
    sighting.who = is_asked_for ? body.request_comm : event.comm;
    sighting.uid = is_asked_for ? body.request_uid : event.uid;
    sighting.alias = is_asked_for ? body.alias : "";
    sighting.command = body.command;
    sighting.is_signed = is_signed(body.signature);
    sighting.rule = body.rule;
    sighting.realtime_ns = event.realtime_ns;
}

Sighting sighting_of(const Event &event, const driver::ModuleEvent &load) {
    Sighting sighting;
    sighting.way =
        event.kind == EventKind::LoadFailed ? Sighting::Way::Denied : Sighting::Way::Load;
    sighting.module = ModuleName(load.module);
    take_origin(sighting, event, load);
    sighting.trigger = trigger_of(event);
    return sighting;
}

Sighting sighting_of(const Event &event, const driver::PolicyDecision &decision) {
    Sighting sighting;
    sighting.way = decision.outcome == driver::PolicyVerdict::Denied ? Sighting::Way::Denied
                                                                     : Sighting::Way::WouldDeny;
    sighting.module = ModuleName(decision.module);
    take_origin(sighting, event, decision);
    if (decision.gate == driver::PolicyGate::Request)
        sighting.alias = decision.alias;
    sighting.trigger = !sighting.alias.empty() ? Trigger::Request
                       : client_of(event)      ? Trigger::Daemon
                                               : Trigger::Command;
    return sighting;
}

// Of one boot: the number of a decision, and the module that it is about.
using Decision = std::tuple<std::string, std::uint64_t, std::string>;

// Those that a load has followed, which tells more.
std::set<Decision> followed_decisions(const std::vector<SeenEvent> &events) {
    std::set<Decision> followed;
    for (const auto &[event, boot, caller] : events)
        if (const auto *load = event.as<driver::ModuleEvent>();
            load != nullptr && event.kind == EventKind::LoadLive && load->decision_sequence != 0)
            followed.emplace(boot, load->decision_sequence, load->module);
    return followed;
}

bool is_sighting(const Event &event, const driver::ModuleEvent &load) {
    return event.kind == EventKind::LoadLive ||
           (event.kind == EventKind::LoadFailed && load.stage == driver::Stage::Policy);
}

// A denied load has an event of its own.
bool is_sighting(const driver::PolicyDecision &decision) {
    return decision.outcome == driver::PolicyVerdict::WouldDeny ||
           (decision.outcome == driver::PolicyVerdict::Denied &&
            decision.gate == driver::PolicyGate::Request);
}

} // namespace

Sightings sightings_of(const std::vector<SeenEvent> &events) {
    std::set<std::tuple<std::string, std::uint64_t, std::uint64_t>> seen;
    const auto followed = followed_decisions(events);
    Sightings sightings;
    for (const auto &[event, boot, caller] : events) {
        const auto *load = event.as<driver::ModuleEvent>();
        const auto *decision = event.as<driver::PolicyDecision>();
        const bool is_load = load != nullptr && is_sighting(event, *load);
        const bool is_decision = decision != nullptr && is_sighting(*decision) &&
                                 !followed.contains({boot, event.sequence, decision->module});
        if ((!is_load && !is_decision) ||
            !seen.emplace(boot, event.boottime_ns, event.sequence).second)
            continue;
        auto sighting = is_load ? sighting_of(event, *load) : sighting_of(event, *decision);
        if (caller && sighting.trigger == Trigger::Daemon) {
            sighting.who = caller->comm;
            sighting.uid = caller->uid;
        }
        sightings.push_back(std::move(sighting));
    }
    return sightings;
}

Sightings sightings_of(const std::vector<LoadedModule> &loaded, bool tells_signatures) {
    Sightings sightings;
    for (const auto &module : loaded) {
        if (module.state != LoadState::Live)
            continue;
        Sighting sighting;
        sighting.way = Sighting::Way::Present;
        sighting.module = module.name;
        if (tells_signatures)
            sighting.is_signed = module.taints.find('E') == std::string::npos;
        sightings.push_back(std::move(sighting));
    }
    return sightings;
}

} // namespace mk::policy
