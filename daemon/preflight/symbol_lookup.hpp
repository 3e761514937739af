// SPDX-License-Identifier: GPL-2.0-only
// A symbol, or all that fit a pattern: who exports it, and which modules use it.
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
    // Modules whose files want it: those that are loaded, or all there are files of.
    std::vector<std::string> used_by;
};

struct SymbolSearch {
    std::string pattern; // a name, or with *, ? and [] many
    // Look through all modules on disk for those that use it, not only the loaded ones: seconds.
    bool users_on_disk = false;
};

// In the order of names and providers. NotFound with a name that is near, or with the reason when
// the kernel's own symbols are not to be had.
Result<std::vector<FoundSymbol>> find_symbols(const SymbolSearch &search,
                                              const InstalledKernel &kernel, Catalog &catalog,
                                              Symvers &symvers);

} // namespace mk
