// SPDX-License-Identifier: GPL-2.0-only
// Reader of the names, parameters and options of a job request, all of which it checks.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "job/job_request.hpp"

namespace mk::bus {

struct AskedJob {
    JobRequest request;
    std::uint64_t timeout_us = 0;
};

// Default for how long the kernel may take for one module: as long as udev allows.
inline constexpr std::uint64_t usual_timeout_us = 180'000'000;

// Whether they are loaded as a list, in which a module that is already loaded is no failure. More
// than one always are.
enum class Together : std::uint8_t { No, Yes };

// The a{sv} of a load, an unload or a reload comes next in @call; @method is for the messages.
// Repeated names are used once.
Result<AskedJob> read_load(sd_bus_message *call, const char *method,
                           const std::vector<std::string> &targets,
                           std::vector<std::string> parameters, Together together);
Result<AskedJob> read_unload(sd_bus_message *call, const char *method,
                             const std::vector<std::string> &names);
Result<AskedJob> read_reload(sd_bus_message *call, const char *method, const std::string &name,
                             std::vector<std::string> parameters);

} // namespace mk::bus
