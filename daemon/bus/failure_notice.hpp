// SPDX-License-Identifier: GPL-2.0-only
// A failed load of somebody else's, from the driver's record of it.
#pragma once

#include "driver/driver_client.hpp"
#include "error.hpp"

namespace mk::bus {

// Says no more than the record does: the stage and often the errno are not known.
Error describe_failure(const driver::Event &event);

} // namespace mk::bus
