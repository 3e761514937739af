// SPDX-License-Identifier: GPL-2.0-only
// Trees, drawn with lines.
#pragma once

#include <string>
#include <vector>

namespace mk::cli {

struct TreeNode {
    std::string label; // as printed
    std::vector<TreeNode> below;
};

// A line for each, with a newline.
std::string tree_text(const std::vector<TreeNode> &roots);

} // namespace mk::cli
