// SPDX-License-Identifier: GPL-2.0-only
// Modules and their dependencies, as a graph.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "cli/output/json.hpp"
#include "kmod/dependencies.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {

struct ModuleGraph {
    std::map<std::string, LoadState> nodes;
    std::set<std::tuple<std::string, std::string, Need>> edges; // dependencies
};

// The graph of the loaded modules.
ModuleGraph graph_of(const std::vector<LoadedModule> &modules);
// Adds a tree of dependencies.
void add_tree(ModuleGraph &graph, const Dependency &tree);

// In the language of graphviz.
std::string dot_of(const ModuleGraph &graph);
Json json_of(const ModuleGraph &graph);

} // namespace mk::cli
