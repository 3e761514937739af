// SPDX-License-Identifier: GPL-2.0-only
// Words for states and needs of a module, the same as on D-Bus.
#pragma once

#include "base/load_state.hpp"
#include "cli/output/json.hpp"
#include "elf/module_memory.hpp"
#include "kmod/dependencies.hpp"

namespace mk::cli {

// state_name(), but "not loaded" for people.
const char *state_text(LoadState state);

// needs, softdep-pre, softdep-post, weak
const char *need_text(Need need);

Json json_of(const ModuleMemory &memory);

} // namespace mk::cli
