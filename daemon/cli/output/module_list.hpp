// SPDX-License-Identifier: GPL-2.0-only
// Selection, order and layout of the list of loaded modules.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/output/json.hpp"
#include "elf/module_memory.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {

using ModuleList = std::vector<LoadedModule>;
using MemoryByName = std::map<std::string, ModuleMemory>;

struct ListChoice {
    std::vector<std::string> globs; // of names; empty: all
    std::string state;              // live, coming, going; "": any
    std::string order = "name";     // name, size, refs, age (the newest first)
    bool unused = false;
    bool tainted = false;
};

// The whole list, with what each uses.
ModuleList with_uses(ModuleList all);
ModuleList chosen(ModuleList modules, const ListChoice &choice);

// For modules that have a file among the kernel's modules.
MemoryByName memory_of(const ModuleList &modules);

// @memory: only with --memory.
Json json_of(const ModuleList &modules, const MemoryByName *memory);
std::string table_of(const ModuleList &modules, const MemoryByName *memory, bool legend = true);
// Each module that no other one uses, with the modules that it uses below it.
std::string tree_of(const ModuleList &modules, const ModuleList &all);

} // namespace mk::cli
