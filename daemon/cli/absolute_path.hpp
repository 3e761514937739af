// SPDX-License-Identifier: GPL-2.0-only
// The path of a file from the root, for a process that has another working directory.
#pragma once

#include <string>

namespace mk::cli {

// Means the file that @path means: behind a link ".." leads to the folder above the one that the
// link leads to, so that none is taken off. "" when there is no working directory.
std::string absolute_path(const std::string &path);

} // namespace mk::cli
