// SPDX-License-Identifier: GPL-2.0-only
// What an argument of a command names, and so what is offered for it when somebody presses Tab.
#pragma once

#include <cstdint>

namespace mk::cli {

enum class Offer : std::uint8_t {
    Nothing,
    Modules, // in the kernel or with a file
    Loaded,
    Enabled,
    Masked,
    Jobs,
    Parameters,           // of the module that was named first; with --all more modules
    ModulesAndParameters, // of the module that was named first
};

} // namespace mk::cli
