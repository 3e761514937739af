// SPDX-License-Identifier: GPL-2.0-only
// A module's file or a kernel's image, unpacked: all that is told of one.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "elf/elf_object.hpp"
#include "elf/modinfo_section.hpp"
#include "elf/module_memory.hpp"
#include "elf/module_symbols.hpp"
#include "input.hpp"
#include "kmod/catalog.hpp"

namespace {

// Parts of it are read from the file itself.
void read_parts(std::string_view bytes) {
    static const int file = memfd_create("module", MFD_CLOEXEC);
    MUST(file >= 0 && ftruncate(file, 0) == 0);
    MUST(pwrite(file, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    const auto section = mk::read_modinfo("/proc/self/fd/" + std::to_string(file));
    if (!section)
        return;
    const auto told = mk::module_file(mk::modinfo_fields(section.value()));
    for (const auto &parameter : told.parameters)
        MUST(parameter.name.size() <= section.value().size());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace mk;
    read_parts(text_of_input(data, size));
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
