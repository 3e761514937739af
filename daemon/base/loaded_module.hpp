// SPDX-License-Identifier: GPL-2.0-only
// A module in the kernel, whoever describes it: the driver, or /proc and /sys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/load_state.hpp"
#include "base/module_name.hpp"
#include "base/parameter_info.hpp"

namespace mk {

struct LoadedModule {
    ModuleName name;
    LoadState state = LoadState::Live; // Absent: the driver remembers it
    std::uint64_t bytes = 0;           // that stay after init
    std::uint32_t references = 0;
    ModuleNames used_by;
    bool permanent = false; // has no exit
    std::string taints;     // letters
    ModuleNames uses = {};
    std::string version = {};
    std::string srcversion = {};

    // Only the driver knows these; 0 or empty: it has not seen the load, or was not asked.
    std::uint64_t load_count = 0;
    std::uint64_t load_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t loaded_realtime_ns = 0;
    std::uint64_t init_ns = 0;
    std::vector<ParameterInfo> parameters = {};
};

// Says of each in a whole list what it uses: /proc tells the other way round.
void add_uses(std::vector<LoadedModule> &modules);

} // namespace mk
