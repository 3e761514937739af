// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/tree.hpp"

#include "base/printable.hpp"

namespace mk::cli {
namespace {

struct Lines {
    const char *branch;
    const char *last_branch;
    const char *beside;
};
constexpr Lines drawn = {"├─", "└─", "│ "};
constexpr Lines typed = {"|-", "`-", "| "};

void draw(const std::vector<TreeNode> &nodes, const Lines &lines, const std::string &margin,
          std::string &text) {
    for (const TreeNode &node : nodes) {
        const bool last = &node == &nodes.back();
        text += margin + (last ? lines.last_branch : lines.branch) + node.label + '\n';
        draw(node.below, lines, margin + (last ? "  " : lines.beside), text);
    }
}

} // namespace

std::string tree_text(const std::vector<TreeNode> &roots) {
    std::string text;
    for (const TreeNode &root : roots) {
        text += root.label + '\n';
        draw(root.below, speaks_utf8() ? drawn : typed, "", text);
    }
    return text;
}

} // namespace mk::cli
