// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/seen_modules.hpp"

#include <unistd.h>

#include <optional>
#include <utility>

#include "cli/output/time_text.hpp"
#include "driver_client/dev_node_client.hpp"
#include "driver_client/event_filter.hpp"
#include "explain/client.hpp"
#include "journal/reader.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {
namespace {

// Only a kernel that checks signatures has it.
bool tells_signatures() {
    return access("/sys/module/module/parameters/sig_enforce", F_OK) == 0;
}

Result<driver::EventFilter> filter_of(const std::string &since) {
    driver::EventFilter filter;
    if (since.empty())
        return filter;
    const auto time = parse_time(since, Clocks::read());
    if (!time)
        return Error{time.error().code, "--since: " + time.error().message};
    filter.since = time.value();
    return filter;
}

void read_journal(const driver::EventFilter &filter, std::vector<policy::SeenEvent> &events,
                  SeenModules &seen) {
    journal::Wanted wanted;
    // an entry of this boot may have been made before the clock was set
    if (filter.since && !filter.since->boottime_ns)
        wanted.since_ns = filter.since->realtime_ns;
    const auto read = journal::each_entry(wanted, [&](journal::Found &found) {
        if (!filter.matches(found.event, found.this_boot))
            return;
        auto caller = client_of(found.event);
        if (found.origin)
            caller = found.origin->caller;
        events.push_back(
            {std::move(found.event), found.this_boot ? "" : found.boot_id, std::move(caller)});
    });
    if (!read)
        seen.unread.push_back(read.error().message);
}

// What the daemon has not entered, or not yet.
void read_record(const driver::EventFilter &filter, std::vector<policy::SeenEvent> &events,
                 SeenModules &seen) {
    driver::DevNodeClient driver;
    const auto read = driver.each_record([&](driver::Event &event) {
        if (filter.matches(event)) {
            auto client = client_of(event);
            events.push_back({std::move(event), "", std::move(client)});
        }
        return true;
    });
    if (!read)
        seen.unread.push_back(read.error().message);
}

} // namespace

Result<SeenModules> seen_modules(const std::string &since) {
    const auto filter = TRY(filter_of(since));
    SeenModules seen;
    std::vector<policy::SeenEvent> events;
    read_journal(filter, events, seen);
    read_record(filter, events, seen);
    seen.sightings = policy::sightings_of(events);
    for (auto &one : policy::sightings_of(LoadedModules().list(), tells_signatures()))
        seen.sightings.push_back(std::move(one));
    return seen;
}

} // namespace mk::cli
