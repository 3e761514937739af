// SPDX-License-Identifier: GPL-2.0-only
// Everything that a module file holds besides code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "elf/exported_symbol.hpp"
#include "elf/module_memory.hpp"
#include "elf/module_signature.hpp"

namespace mk {

struct SectionSize {
    std::string name;
    std::uint64_t bytes = 0;
    bool stays = false; // in memory after init
};

struct ModuleContents {
    std::vector<std::pair<std::string, std::string>> fields; // .modinfo in its order
    std::vector<SectionSize> sections;                       // those that are loaded
    ModuleMemory memory;
    std::optional<ModuleSignature> signature;
    std::vector<ExportedSymbol> exports;
    std::vector<ImportedSymbol> imports;
};

Result<ModuleContents> read_contents(const std::string &path);

} // namespace mk
