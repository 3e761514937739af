// SPDX-License-Identifier: GPL-2.0-only
#include "cli/what_changed.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "cli/client/recorder_client.hpp"
#include "cli/diagnostics.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/last_load.hpp"
#include "explain/recorded_file.hpp"
#include "journal/last_load.hpp"

namespace mk::cli {

void tell_what_changed(const Error &failure, std::uint64_t since_realtime_ns) {
    if (failure.facts.module.empty())
        return;
    driver::DevNodeClient driver;
    auto events = recorded_events(driver, false);
    if (!events)
        return;
    const auto failed = std::ranges::find_if(
        events.value().rbegin(), events.value().rend(), [&](const driver::Event &event) {
            return event.kind == driver::EventKind::LoadFailed &&
                   driver::module_of(event) == failure.facts.module;
        });
    if (failed == events.value().rend() || failed->realtime_ns < since_realtime_ns)
        return;
    const bool is_same_file = state_of_file(*failed) == RecordedFile::State::Same;
    if (const auto worked =
            changed_since(*failed, events.value(), is_same_file, journal::last_load))
        note(text_of(*worked));
}

} // namespace mk::cli
