// SPDX-License-Identifier: GPL-2.0-only
// Reader of method arguments, which refuses everything that it does not understand.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace mk::bus {

// One key of an a{sv} and the destination of its value, which also determines its type: b, t, s,
// as.
struct Option {
    const char *name;
    std::variant<bool *, std::optional<std::uint64_t> *, std::string *, std::vector<std::string> *>
        target;
};

// The next argument, a string.
Result<std::string> read_string(sd_bus_message *call);
// The next argument, an array of strings; more than @most are InvalidArgument.
Result<std::vector<std::string>> read_strings(sd_bus_message *call, std::size_t most,
                                              const char *what);
// The next argument, an a{sv} with keys of @known. InvalidArgument names an option that is unknown,
// repeated or of another type.
Result<void> read_options(sd_bus_message *call, const char *method, std::span<const Option> known);

} // namespace mk::bus
