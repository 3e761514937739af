// SPDX-License-Identifier: GPL-2.0-only
// Kinds of arguments, which determine the candidates for completion.
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
    Parameters,           // of the first module; with --all more modules
    ModulesAndParameters, // of the first module
};

} // namespace mk::cli
