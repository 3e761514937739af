// SPDX-License-Identifier: GPL-2.0-only
// Events of loads in this boot: those of the driver, or of the journal when there is no driver.
#pragma once

#include <optional>
#include <vector>

#include "driver_client/driver_client.hpp"

namespace mk::journal {

// Oldest first. Nothing: neither may be read, or neither has any. The journal has no beginnings of
// loads: each end of one stands for both.
std::optional<std::vector<driver::Event>> load_events(driver::DriverClient &driver);

} // namespace mk::journal
