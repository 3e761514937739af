// SPDX-License-Identifier: GPL-2.0-only
// Modules and what they need, as a graph.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "cli/json.hpp"
#include "engine/dependencies.hpp"
#include "engine/loaded_modules.hpp"

namespace mk::cli {

struct ModuleGraph {
    std::map<std::string, engine::LoadState> nodes;
    std::set<std::tuple<std::string, std::string, engine::Need>> edges; // who needs whom
};

// Of what is loaded.
ModuleGraph graph_of(const std::vector<engine::LoadedModule> &modules);
// Adds a tree of needs.
void add_tree(ModuleGraph &graph, const engine::Dependency &tree);

// In the language of graphviz.
std::string dot_of(const ModuleGraph &graph);
Json json_of(const ModuleGraph &graph);

} // namespace mk::cli
