// SPDX-License-Identifier: GPL-2.0-only
// List of the daemon's jobs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mk::cli {

struct ListedJob {
    std::uint32_t id = 0;
    std::string verb;
    std::vector<std::string> targets;
    std::string state;
    std::uint32_t planned = 0; // modules; 0: not known yet
    std::uint32_t ended = 0;
    std::vector<std::string> current;
    std::string caller; // unique name on the bus
};

// By their numbers. Does not start the daemon.
Result<std::vector<ListedJob>> list_jobs();

// The numbers in the introspection data of the object above the jobs.
std::vector<std::uint32_t> job_numbers(const std::string &xml);

} // namespace mk::cli
