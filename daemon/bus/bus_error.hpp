// SPDX-License-Identifier: GPL-2.0-only
// Errors as callers on the bus see them: org.modkeeper1.Error.NAME and a sentence, followed by an
// a{sv} of what it says: "module" s, "errno" u, "stage" s, "holders" as, each as far as it is
// known. Whoever expects a sentence only does not look further.
#pragma once

#include <systemd/sd-bus.h>

#include <string>

#include "base/error.hpp"

namespace mk::bus {

inline constexpr const char *error_prefix = "org.modkeeper1.Error.";

std::string bus_error_name(ErrorCode code);

// For method handlers: fills @target and returns what the handler returns.
int set_error(sd_bus_error *target, const Error &error);

// That a{sv}; 0 or more, or -errno.
int append_facts(sd_bus_message *message, const ErrorFacts &facts);

// The same for errors that say something for programs: answers @call, and returns what the handler
// returns.
int refuse(sd_bus_message *call, const Error &error);

// Answers a call that was kept. A caller that went away meanwhile is no trouble.
void reply_error(sd_bus_message *call, const Error &error);

} // namespace mk::bus
