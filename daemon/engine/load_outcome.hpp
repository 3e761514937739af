// SPDX-License-Identifier: GPL-2.0-only
// What is asked of a load and what came of it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "driver/event.hpp"
#include "engine/kernel_state.hpp"
#include "error.hpp"

namespace mk::engine {

struct LoadRequest {
    std::string target; // name, alias or absolute path
    std::vector<std::string> parameters;
    bool force_vermagic = false;
    bool force_modversions = false;
    bool ignore_blacklist = false;
};

// A load that was tried and refused, as facts; explain_load() makes an Error of them.
struct LoadRefusal {
    std::string target; // what was asked for
    std::string module; // what was refused: the target or something it depends on
    std::string path;
    std::string vermagic;
    int error = 0;                                // positive errno, 0: not known
    driver::Stage stage = driver::Stage::Unknown; // from the driver's record, where there is one
    std::vector<std::string> log;
    KernelState kernel;
};

// The name of the module that is live now; or why nothing was tried; or how it was refused.
using LoadOutcome = std::variant<std::string, Error, LoadRefusal>;

} // namespace mk::engine
