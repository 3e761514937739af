// SPDX-License-Identifier: GPL-2.0-only
// Printer of the driver's record, once or as long as somebody reads it.
#pragma once

#include <cstddef>
#include <optional>

#include "cli/ended.hpp"
#include "driver_client/driver_client.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {

struct EventStream {
    driver::EventFilter filter;
    std::optional<std::size_t> lines; // the last so many of the existing records
    bool json = false;
    bool legend = true;
    bool follow = false;
    bool only_new = false;
    bool may_ask = true; // whether polkit may ask, if the caller may not open the device
};

// Reads from the device, or from the daemon if only that is allowed. Ends successfully on SIGINT,
// on SIGTERM and when stdout has no reader any more.
Ended print_events(driver::DriverClient &driver, const EventStream &wanted);

} // namespace mk::cli
