// SPDX-License-Identifier: GPL-2.0-only
// Files of modules that lie with a kernel's modules, but that depmod's index does not list.
#pragma once

#include <string>

namespace mk {

// The file of the module of that name below @folder, which is /lib/modules/RELEASE; "": there is
// none. Walks through all of them.
std::string unlisted_file(const std::string &folder, const std::string &name);

} // namespace mk
