// SPDX-License-Identifier: GPL-2.0-only
// Symbols that a module file or a kernel image exports and imports.
#pragma once

#include <string>
#include <vector>

#include "elf/elf_object.hpp"
#include "elf/exported_symbol.hpp"

namespace mk {

// In the order of their names.
std::vector<ExportedSymbol> exports_of_module(const ElfObject &module);
std::vector<ImportedSymbol> imports_of_module(const ElfObject &module);

// The names that its init function has besides "init_module"; empty: it has no init.
std::vector<std::string> init_names_of_module(const ElfObject &module);

// Whether it has checksums of its imports. Then the kernel compares those, and not the release in
// the vermagic.
bool has_versions(const ElfObject &module);

// Exports of vmlinux, which needs no symbol table for it. Empty if its tables are not those of a
// kernel.
std::vector<ExportedSymbol> exports_of_kernel(const ElfObject &vmlinux);

} // namespace mk
