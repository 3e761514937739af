// SPDX-License-Identifier: GPL-2.0-only
#include "cli/tree.hpp"

namespace mk::cli {
namespace {

void draw(const std::vector<TreeNode> &nodes, const std::string &margin, std::string &text) {
    for (const TreeNode &node : nodes) {
        const bool last = &node == &nodes.back();
        text += margin + (last ? "└─" : "├─") + node.label + '\n';
        draw(node.below, margin + (last ? "  " : "│ "), text);
    }
}

} // namespace

std::string tree_text(const std::vector<TreeNode> &roots) {
    std::string text;
    for (const TreeNode &root : roots) {
        text += root.label + '\n';
        draw(root.below, "", text);
    }
    return text;
}

} // namespace mk::cli
