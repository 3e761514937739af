// SPDX-License-Identifier: GPL-2.0-only
// Next step after an error: the command line that each command suggests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk::cli {

struct Attempt {
    std::string_view command;                 // such as "load"
    std::vector<std::string> names;           // of modules, as typed
    std::vector<std::string> parameters = {}; // name=value, as typed
};

// "": nothing better than what is usual for the error.
std::string next_step_after(const Error &error, const Attempt &attempt);

} // namespace mk::cli
