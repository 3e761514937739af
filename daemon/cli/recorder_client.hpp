// SPDX-License-Identifier: GPL-2.0-only
// The driver's record, from wherever the caller may read it.
#pragma once

#include <vector>

#include "driver/driver_client.hpp"

namespace mk::cli {

// From org.modkeeper1.Recorder: those who may not open the device may be allowed to ask the daemon.
Result<std::vector<driver::Event>> events_of_daemon();

// Everything that tells of loads and unloads: from the device, or else from the daemon.
Result<std::vector<driver::Event>> recorded_events(driver::DriverClient &driver);

} // namespace mk::cli
