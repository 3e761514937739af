// SPDX-License-Identifier: GPL-2.0-only
// Lookup of a symbol, or of all that match a pattern: who exports it, and which modules use it.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "elf/exported_symbol.hpp"
#include "kmod/catalog.hpp"
#include "preflight/installed_kernel.hpp"
#include "preflight/symvers.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct FoundSymbol {
    std::string provider; // "vmlinux" or a module's name
    bool live = false;    // part of the running kernel, or loaded
    ExportedSymbol symbol;
    // Modules whose files import it: loaded ones, or all that have files.
    std::vector<std::string> used_by;
};

struct SymbolSearch {
    std::string pattern; // a name, or with *, ? and [] many
    // Search all modules on disk for users, not only loaded ones: takes seconds.
    bool users_on_disk = false;
};

// In the order of names and providers. NotFound with a similar name, or with the reason why the
// kernel's own symbols are not known.
Result<std::vector<FoundSymbol>> find_symbols(const SymbolSearch &search,
                                              const InstalledKernel &kernel, Catalog &catalog,
                                              Symvers &symvers);

} // namespace mk
