// SPDX-License-Identifier: GPL-2.0-only
// The files that libkmod opens by their names. It waits where it opens a pipe, until somebody
// writes into that.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace mk {

// BadFormat: a file of the index at @module_dir, or one that counts in these *.d folders, is a pipe
// or a device. What is not there, and a link to /dev/null, does no harm.
Result<void> check_kmod_files(const std::string &module_dir,
                              const std::vector<std::string> &folders);

} // namespace mk
