// SPDX-License-Identifier: GPL-2.0-only
// Prints the driver's record, once or for as long as somebody reads it.
#pragma once

#include <cstddef>
#include <optional>

#include "cli/ended.hpp"
#include "driver_client/driver_client.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {

struct EventStream {
    driver::EventFilter filter;
    std::optional<std::size_t> lines; // of what is there already, the last so many
    bool json = false;
    bool legend = true;
    bool follow = false;
    bool only_new = false;
    bool may_ask = true; // a question of polkit, when the device is closed to the caller
};

// From the device, or from the daemon when only that may be asked. Ends well on SIGINT, on SIGTERM
// and when stdout has no reader any more.
Ended print_events(driver::DriverClient &driver, const EventStream &wanted);

} // namespace mk::cli
