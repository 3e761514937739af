// SPDX-License-Identifier: GPL-2.0-only
// Files that libkmod opens by name. If it opens a pipe, it waits until somebody writes to it.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace mk {

// BadFormat: a file of the index at @module_dir, or one that counts in these *.d directories, is a
// pipe or a device. Missing files, and links to /dev/null, do no harm.
Result<void> check_kmod_files(const std::string &module_dir,
                              const std::vector<std::string> &folders);

} // namespace mk
