// SPDX-License-Identifier: GPL-2.0-only
// Preview of an unload: the modules that would go, and what would vanish with them.
#pragma once

#include <sys/types.h>

#include <vector>

#include "job/losses.hpp"
#include "job/unloader.hpp"

namespace mk {

struct UnloadPreview {
    UnloadPlan plan;
    std::vector<Loss> losses;
};

// As this process sees the machine: reads the index, module files, /proc, /sys and routing netlink,
// some 20 ms. @events: see Unloader. @asker: a process whose SSH connection counts, or 0. The
// errors are those of Unloader::order().
Result<UnloadPreview> preview_unload(const UnloadRequest &request, LoadEvents events, pid_t asker);

} // namespace mk
