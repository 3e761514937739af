// SPDX-License-Identifier: GPL-2.0-only
// Reading the arguments of method calls: nothing that is not understood is let pass.
#pragma once

#include <systemd/sd-bus.h>

#include <span>
#include <string>
#include <vector>

#include "error.hpp"

namespace mk::bus {

struct Flag {
    const char *name;
    bool *target;
};

// The next argument, a string.
Result<std::string> read_string(sd_bus_message *call);
// The next argument, an array of strings; more than @most are InvalidArgument.
Result<std::vector<std::string>> read_strings(sd_bus_message *call, std::size_t most,
                                              const char *what);
// The next argument, a{sv} of booleans that @known lists. InvalidArgument names an option that is
// unknown, given twice or of another type.
Result<void> read_options(sd_bus_message *call, const char *method, std::span<const Flag> known);

} // namespace mk::bus
