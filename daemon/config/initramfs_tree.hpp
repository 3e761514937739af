// SPDX-License-Identifier: GPL-2.0-only
// The tree of files that is about to become an initramfs: what its makers call DESTDIR.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

struct TreeModule {
    ModuleName name;
    std::string path; // of its file
};

// Modules of a kernel in it, each once. NotFound: it has none.
Result<std::vector<TreeModule>> modules_in_tree(const std::string &tree,
                                                const std::string &release);

} // namespace mk
