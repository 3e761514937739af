// SPDX-License-Identifier: GPL-2.0-only
// From an error that a D-Bus call ended with to one of ours.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mk::cli {

// name and message as in the D-Bus error; number: the errno that sd-bus returned with it.
Error error_of_bus(std::string_view name, std::string_view message, int number);

// The daemon was there when it was asked, and is not any more.
Error daemon_went();

// The daemon does not answer, and cannot be started by asking for it.
Error daemon_not_running();

} // namespace mk::cli
