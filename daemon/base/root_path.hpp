// SPDX-License-Identifier: GPL-2.0-only
// Paths below another root, such as the image of a machine. Symbolic links stay within that root,
// as they will when the machine runs.
#pragma once

#include <string>

namespace mk {

// @path begins with @root, or is a result of this function. Returns the same path, unless a
// symbolic link in it leads elsewhere for a process with @root as "/": then its target below @root.
// Missing components stay in the path. Never above @root: with more links than the kernel follows,
// the result is a path that cannot exist.
std::string within_root(const std::string &root, const std::string &path);

// The path of an absolute @path of the machine at @root; "": this one, whose links the kernel
// follows.
std::string path_in(const std::string &root, const std::string &path);

} // namespace mk
