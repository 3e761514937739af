// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/graph_text.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"
#include "cli/output/module_text.hpp"

namespace mk::cli {
namespace {

// Quoted for DOT: names may have any character but quotation marks and backslashes, which would end
// them.
std::string quoted(const std::string &name) {
    std::string text = "\"";
    for (const char c : printable(name)) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

const char *style_of(Need need) {
    switch (need) {
    case Need::Pre:
        return " [style=dashed, label=\"pre\"]";
    case Need::Post:
        return " [style=dashed, label=\"post\"]";
    case Need::Weak:
        return " [style=dotted, label=\"weak\"]";
    case Need::Hard:
        break;
    }
    return "";
}

} // namespace

ModuleGraph graph_of(const std::vector<LoadedModule> &modules) {
    ModuleGraph graph;
    for (const auto &module : modules) {
        graph.nodes.emplace(module.name, module.state);
        for (const auto &user : module.used_by)
            graph.edges.emplace(user, module.name, Need::Hard);
    }
    return graph;
}

void add_tree(ModuleGraph &graph, const Dependency &tree) {
    graph.nodes.emplace(tree.name, tree.state);
    for (const auto &below : tree.below) {
        graph.edges.emplace(tree.name, below.name, below.need);
        add_tree(graph, below);
    }
}

std::string dot_of(const ModuleGraph &graph) {
    std::string text = "digraph modules {\n  rankdir=LR;\n  node [shape=box, fontname=sans];\n";
    for (const auto &[name, state] : graph.nodes)
        text +=
            fmt::format("  {}{};\n", quoted(name),
                        state != LoadState::Absent ? " [style=filled, fillcolor=lightgreen]" : "");
    for (const auto &[from, to, need] : graph.edges)
        text += fmt::format("  {} -> {}{};\n", quoted(from), quoted(to), style_of(need));
    return text + "}\n";
}

Json json_of(const ModuleGraph &graph) {
    Json nodes = Json::array();
    for (const auto &[name, state] : graph.nodes)
        nodes.push_back(object({{"name", name}, {"state", state_name(state)}}));
    Json edges = Json::array();
    for (const auto &[from, to, need] : graph.edges)
        edges.push_back(object({{"from", from}, {"to", to}, {"kind", need_text(need)}}));
    return object({{"nodes", std::move(nodes)}, {"edges", std::move(edges)}});
}

} // namespace mk::cli
