// SPDX-License-Identifier: GPL-2.0-only
// What a module's file and a kernel's image say of the symbols that they export and want.
#pragma once

#include <string>
#include <vector>

#include "elf/elf_object.hpp"
#include "elf/exported_symbol.hpp"

namespace mk {

// In the order of their names.
std::vector<ExportedSymbol> exports_of_module(const ElfObject &module);
std::vector<ImportedSymbol> imports_of_module(const ElfObject &module);

// Does it carry checksums of what it imports? Then the kernel compares those, and not the release
// in the vermagic.
bool has_versions(const ElfObject &module);

// Of vmlinux, which needs no symbol table for it. Empty when its tables are not those of a kernel.
std::vector<ExportedSymbol> exports_of_kernel(const ElfObject &vmlinux);

} // namespace mk
