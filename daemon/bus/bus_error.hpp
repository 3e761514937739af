// SPDX-License-Identifier: GPL-2.0-only
// Errors for callers on the bus: org.modkeeper1.Error.NAME and a sentence, followed by an a{sv}
// with its facts: "module" s, "errno" u, "stage" s, "holders" as, each if it is known. Callers that
// expect only a sentence ignore the rest.
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

// For errors with facts for programs: answers @call, and returns what the handler must return.
int refuse(sd_bus_message *call, const Error &error);

// Answers a call that was kept. It is no error if the caller has left.
void reply_error(sd_bus_message *call, const Error &error);

} // namespace mk::bus
