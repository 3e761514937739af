// SPDX-License-Identifier: GPL-2.0-only
// Unloads one module, as rmmod does: nothing else goes with it, nobody is waited for.
#pragma once

#include <string>

#include "engine/loaded_modules.hpp"
#include "error.hpp"

namespace mk::engine {

// Sleeps as long as the module's exit does: not for an event loop.
Result<void> unload(const std::string &name, const LoadedModules &loaded = LoadedModules{});

} // namespace mk::engine
