// SPDX-License-Identifier: GPL-2.0-only
// Visitor of the fields of an event by name: code that reads or writes events by name passes a
// visitor, which is called as visit(name, field, known). If a field is not known, it has no value
// in this event.
#pragma once

#include "driver_client/event.hpp"
#include "driver_client/record_fields.hpp"

namespace mk::driver {

// E: Event or const Event.
template <Maybe<Event> E, typename V> void visit_fields(E &event, V &&visit) {
    visit("sequence", event.sequence, true);
    visit("kind", event.kind, true);
    visit("boottime_ns", event.boottime_ns, true);
    visit("realtime_ns", event.realtime_ns, true);
    visit("cpu", event.cpu, true);
    visit("pid", event.pid, true);
    visit("tgid", event.tgid, true);
    visit("uid", event.uid, true);
    visit("loginuid", event.loginuid, event.loginuid != no_loginuid);
    visit("comm", event.comm, true);
    visit("truncated", event.truncated, true);
    visit("anybody", event.anybody, event.anybody);
    std::visit([&](auto &body) { visit_body(body, event.kind, visit); }, event.body);
}

} // namespace mk::driver
