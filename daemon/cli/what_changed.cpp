// SPDX-License-Identifier: GPL-2.0-only
#include "cli/what_changed.hpp"

#include <ctime>

#include "cli/client/recorder_client.hpp"
#include "cli/diagnostics.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/last_load.hpp"
#include "explain/why.hpp"
#include "journal/last_load.hpp"
#include "journal/load_caller.hpp"

namespace mk::cli {

void tell_what_changed(const Error &failure, std::uint64_t since_realtime_ns) {
    if (failure.facts.module.empty())
        return;
    driver::DevNodeClient driver;
    auto events = recorded_events(driver, false);
    if (!events)
        return;
    WhyQuestion question;
    question.target = failure.facts.module;
    question.may_open_file = true;
    const auto why =
        why_of(question, std::move(events.value()), {journal::caller_of, journal::last_load});
    if (!why || !why.value().diagnosis)
        return;
    const auto *failed = why.value().history.last_failure();
    const auto *worked = why.value().diagnosis->evidence_of<WorkedBefore>();
    if (worked != nullptr && failed != nullptr && failed->realtime_ns >= since_realtime_ns)
        note(text_of(*worked));
}

std::uint64_t realtime_now() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace mk::cli
