// SPDX-License-Identifier: GPL-2.0-only
// Paths below another root, such as an image of a machine: links lead within it, as they will when
// it runs.
#pragma once

#include <string>

namespace mk {

// @path begins with @root, or is an answer of this. The same path, unless a link on the way leads
// elsewhere for who has @root as "/": then where it leads to there. What is not there stays in the
// path. Never above @root: of more links than the kernel follows it is a path at which nothing can
// be.
std::string within_root(const std::string &root, const std::string &path);

// The same of an absolute @path of the machine at @root; "": this one, whose links the kernel
// follows.
std::string path_in(const std::string &root, const std::string &path);

} // namespace mk
