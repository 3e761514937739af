// SPDX-License-Identifier: GPL-2.0-only
// A module's file or a kernel's image, unpacked: all that is told of one.
#include <string>

#include "engine/elf_object.hpp"
#include "engine/modinfo_section.hpp"
#include "engine/module_memory.hpp"
#include "engine/module_symbols.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace mk::engine;
    auto object = ElfObject::create(std::string(text_of_input(data, size)));
    if (!object)
        return 0;
    const auto &module = object.value();
    // read every byte that is told, for the sanitizers to see
    std::size_t seen = 0;
    for (const auto &section : module.sections())
        seen += std::string(section.name).size() + std::string(section.bytes).size();
    for (const auto &symbol : module.symbols())
        seen += std::string(symbol.name).size() + module.section(symbol.section).name.size();
    for (const auto &symbols : {exports_of_module(module), exports_of_kernel(module)})
        for (const auto &symbol : symbols)
            seen += symbol.name.size() + symbol.symbol_namespace.size();
    for (const auto &symbol : imports_of_module(module))
        MUST(!symbol.name.empty());
    for (const auto &[key, value] : modinfo_fields(module.section(".modinfo").bytes))
        seen += std::string(key).size() + std::string(value).size();
    memory_of(module);
    has_versions(module);
    MUST(seen < SIZE_MAX);
    return 0;
}
