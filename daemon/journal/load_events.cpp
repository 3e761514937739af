// SPDX-License-Identifier: GPL-2.0-only
#include "journal/load_events.hpp"

#include "journal/reader.hpp"

namespace mk::journal {

namespace {

using driver::Event;
using driver::EventKind;

bool is_of_a_module(const Event &event) {
    return event.as<driver::ModuleEvent>() != nullptr;
}

// The event with which that load began, as far as its end tells.
Event beginning_of(const Event &end) {
    auto begin = end;
    begin.kind = EventKind::LoadBegin;
    begin.sequence = end.as<driver::ModuleEvent>()->load_sequence;
    return begin;
}

} // namespace

std::optional<std::vector<Event>> load_events(driver::DriverClient &driver) {
    std::vector<Event> events;
    const auto read = driver.each_record([&](Event &event) {
        if (is_of_a_module(event))
            events.push_back(std::move(event));
        return true;
    });
    if (read)
        return events;
    events.clear();
    Wanted wanted;
    wanted.this_boot = true;
    const auto found = each_entry(wanted, [&](Found &entry) {
        if (!is_of_a_module(entry.event))
            return;
        if (entry.event.kind == EventKind::LoadLive)
            events.push_back(beginning_of(entry.event));
        events.push_back(std::move(entry.event));
    });
    if (!found || events.empty())
        return std::nullopt;
    return events;
}

} // namespace mk::journal
