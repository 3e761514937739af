// SPDX-License-Identifier: GPL-2.0-only
// The floor of a load of many modules: nothing but open() and finit_module(), in an order that was
// worked out beforehand. Whatever a loader takes beyond it is the loader's own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mk::bench {

struct PlannedModule {
    std::string name;
    std::string path;
    std::vector<std::size_t> users; // places in the plan of modules that need it
    std::size_t needs = 0;          // modules of the plan that it needs
};

// In the order of their load.
using PlannedLoads = std::vector<PlannedModule>;

// What is loaded beyond the first @before modules, and the files that libkmod names for it. Throws
// std::runtime_error when a module has no file.
PlannedLoads plan_of_loaded(std::size_t before);

// Each module after those that it needs, by as many threads. Throws std::runtime_error when the
// kernel refuses one.
void load_planned(const PlannedLoads &plan, unsigned threads);

} // namespace mk::bench
