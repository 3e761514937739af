// SPDX-License-Identifier: GPL-2.0-only
// Memory of a module's code and data, by the kinds that the kernel maps differently. It is computed
// from the file: the kernel tells only the total, in whole pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "elf/elf_object.hpp"

namespace mk {

struct ModuleMemory {
    std::uint64_t text = 0;   // executable
    std::uint64_t rodata = 0; // read-only, also after init (__ro_after_init)
    std::uint64_t data = 0;   // written
    std::uint64_t init = 0;   // of all kinds, freed after init
};

ModuleMemory memory_of(const ElfObject &module);

// Nothing when it cannot be read.
std::optional<ModuleMemory> memory_of_file(const std::string &path);

} // namespace mk
