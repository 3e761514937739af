// SPDX-License-Identifier: GPL-2.0-only
// What is asked of an unload.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mk {

struct UnloadRequest {
    std::vector<std::string> names;
    bool with_dependents = false;          // modules that use them go first
    bool with_unused_dependencies = false; // what only they used goes after them
    bool force = false;                    // though it is in use; may crash the kernel
    std::uint64_t wait_us = 0;             // for users to go away, each module

    bool operator==(const UnloadRequest &) const = default;
};

} // namespace mk
