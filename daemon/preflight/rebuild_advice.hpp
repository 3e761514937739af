// SPDX-License-Identifier: GPL-2.0-only
// What to do about a file that was built for another kernel.
#pragma once

#include <string>

#include "base/module_name.hpp"
#include "preflight/installed_kernel.hpp"

namespace mk {

// A clause. @path: absolute, of module @name, on @kernel's machine. @is_installed: @kernel has a
// file of that module where its modules are.
std::string rebuild_advice(const InstalledKernel &kernel, const ModuleName &name,
                           const std::string &path, bool is_installed);

} // namespace mk
