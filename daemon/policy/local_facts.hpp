// SPDX-License-Identifier: GPL-2.0-only
// What somebody who denies a module should know of it: that it is built in, who needs it, who holds
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "kmod/places.hpp"

namespace mk::policy {

// BuiltIn: no rule can keep one out, and what can. Otherwise sentences: nothing of a name is
// installed; what cannot be loaded either. Looks at all modules of the kernel.
Result<std::vector<std::string>> facts_before_denying(const ConfigurationPlaces &places,
                                                      const ModuleNames &names);

// That it is loaded and stays so, and by what it is held; none: it is not loaded.
std::vector<std::string> facts_of_loaded(const ConfigurationPlaces &places, const ModuleName &name);

// The functions that the kernel calls at boot to start what is built in under this name, from lines
// of /proc/kallsyms.
std::vector<std::string> init_functions(const ModuleName &name, std::string_view kallsyms);

} // namespace mk::policy
