// SPDX-License-Identifier: GPL-2.0-only
// From the facts of a refused unload to its diagnosis: who holds the module and what to do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/held_by.hpp"
#include "base/module_name.hpp"
#include "explain/diagnosis.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

// Taken right after the refusal: what it shows may have changed since.
struct UnloadRefusal {
    std::string module; // as it was named
    int error = 0;      // positive errno
    LoadState state = LoadState::Absent;
    std::uint32_t references = 0;
    ModuleNames holders; // modules
    HeldBy held_by;      // others
    bool modules_disabled = false;
    bool kernel_has_crashed = false; // maybe in this module's init or exit
    driver::Capability capability = driver::Capability::Unknown; // of the caller
    bool permanent = false;                                      // has init and no exit
};

Diagnosis diagnose_unload(const UnloadRefusal &refusal);

} // namespace mk
