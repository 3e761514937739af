// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_memory.hpp"

#include <elf.h>

#include "elf/decompress.hpp"

namespace mk {

ModuleMemory memory_of(const ElfObject &module) {
    ModuleMemory memory;
    for (const auto &section : module.sections()) {
        // the kernel keeps .modinfo and __versions only during the load
        if ((section.flags & SHF_ALLOC) == 0 || section.name == ".modinfo" ||
            section.name == "__versions")
            continue;
        if (section.name.starts_with(".init"))
            memory.init += section.size;
        else if ((section.flags & SHF_EXECINSTR) != 0)
            memory.text += section.size;
        else if ((section.flags & SHF_WRITE) == 0 || section.name == ".data..ro_after_init" ||
                 section.name == "__jump_table")
            memory.rodata += section.size;
        else
            memory.data += section.size;
    }
    return memory;
}

std::optional<ModuleMemory> memory_of_file(const std::string &path) {
    auto bytes = read_unpacked(path);
    if (!bytes)
        return std::nullopt;
    const auto module = ElfObject::create(std::move(bytes.value()));
    if (!module)
        return std::nullopt;
    return memory_of(module.value());
}

} // namespace mk
