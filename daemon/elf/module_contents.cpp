// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_contents.hpp"

#include <elf.h>

#include "elf/decompress.hpp"
#include "elf/modinfo_section.hpp"
#include "elf/module_symbols.hpp"

namespace mk {

Result<ModuleContents> read_contents(const std::string &path) {
    auto bytes = TRY(read_unpacked(path));
    const auto module = TRY(ElfObject::create(std::move(bytes)));
    ModuleContents contents;
    for (const auto &[key, value] : modinfo_fields(module.section(".modinfo").bytes))
        contents.fields.emplace_back(key, value);
    for (const auto &section : module.sections())
        if ((section.flags & SHF_ALLOC) != 0 && section.size != 0)
            contents.sections.push_back({std::string(section.name), section.size,
                                         !section.name.starts_with(".init") &&
                                             section.name != ".modinfo" &&
                                             section.name != "__versions"});
    contents.memory = memory_of(module);
    contents.signature = signature_of(module.bytes());
    contents.exports = exports_of_module(module);
    contents.imports = imports_of_module(module);
    return contents;
}

} // namespace mk
