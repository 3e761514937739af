// SPDX-License-Identifier: GPL-2.0-only
// Words for what driver and engine say of a module, the same ones that D-Bus uses.
#pragma once

#include "cli/json.hpp"
#include "driver/driver_client.hpp"
#include "engine/dependencies.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/module_memory.hpp"

namespace mk::cli {

// live, coming, going, gone
const char *state_text(driver::ModuleState state);
// live, coming, going, built-in, "not loaded"
const char *state_text(engine::LoadState state);
// The same for JSON.
const char *state_name(engine::LoadState state);

// needs, softdep-pre, softdep-post, weak
const char *need_text(engine::Need need);

Json json_of(const engine::ModuleMemory &memory);

} // namespace mk::cli
