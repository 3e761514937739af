// SPDX-License-Identifier: GPL-2.0-only
// Absolute path of a file, for a process with another working directory.
#pragma once

#include <string>

namespace mk::cli {

// The path of the same file as @path: after a symbolic link, ".." leads to the directory above its
// target, so ".." is not removed. "" if there is no working directory.
std::string absolute_path(const std::string &path);

} // namespace mk::cli
