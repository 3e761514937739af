// SPDX-License-Identifier: GPL-2.0-only
// Paths below another root, such as an image of a machine: links lead within it, as they will when
// it runs.
#pragma once

#include <string>

namespace mk::engine {

// @path begins with @root. The same path, unless a link on the way leads elsewhere for who has
// @root as "/": then where it leads to there. What is not there stays in the path. Never above
// @root.
std::string within_root(const std::string &root, const std::string &path);

} // namespace mk::engine
