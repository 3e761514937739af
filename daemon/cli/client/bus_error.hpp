// SPDX-License-Identifier: GPL-2.0-only
// Conversion of the error of a D-Bus call to one of ours.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mk::cli {

// @name and @message of the D-Bus error; @number: the errno that sd-bus returned with it.
Error error_of_bus(std::string_view name, std::string_view message, int number);

// The daemon ended during the call.
Error daemon_went();

// The daemon does not answer, and cannot be started by the bus.
Error daemon_not_running();

} // namespace mk::cli
