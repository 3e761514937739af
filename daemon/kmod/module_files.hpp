// SPDX-License-Identifier: GPL-2.0-only
// Files of modules that lie with a kernel's modules, whether depmod's index lists them or not.
#pragma once

#include <string>
#include <vector>

namespace mk {

// Their paths, of at most 100,000 below @folder, which is /lib/modules/RELEASE. Links, as those to
// the sources, are not followed; folders that cannot be read are left out.
std::vector<std::string> module_files(const std::string &folder);

// The same without the folders below kernel/, which has thousands and belongs to the kernel's
// package: what somebody adds lies in updates/, extra/ or the like.
std::vector<std::string> added_module_files(const std::string &folder);

} // namespace mk
