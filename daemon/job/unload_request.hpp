// SPDX-License-Identifier: GPL-2.0-only
// Request for an unload.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

struct UnloadRequest {
    ModuleNames names;
    bool with_dependents = false;          // unload the modules that use them first
    bool with_unused_dependencies = false; // then unload what only they used
    bool force = false;                    // even if in use; may crash the kernel
    std::uint64_t wait_us = 0;             // for users to go away, each module

    bool operator==(const UnloadRequest &) const = default;
};

} // namespace mk
