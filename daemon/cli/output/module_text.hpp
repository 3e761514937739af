// SPDX-License-Identifier: GPL-2.0-only
// Words for states and needs of a module, the same as on D-Bus.
#pragma once

#include "cli/output/json.hpp"
#include "driver_client/driver_client.hpp"
#include "elf/module_memory.hpp"
#include "kmod/dependencies.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {

// live, coming, going, gone
const char *state_text(driver::ModuleState state);
// live, coming, going, built-in, "not loaded"
const char *state_text(LoadState state);
// The same for JSON.
const char *state_name(LoadState state);

// needs, softdep-pre, softdep-post, weak
const char *need_text(Need need);

Json json_of(const ModuleMemory &memory);

} // namespace mk::cli
