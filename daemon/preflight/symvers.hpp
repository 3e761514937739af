// SPDX-License-Identifier: GPL-2.0-only
// Providers of symbols in one kernel: the kernel itself, and its modules.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"
#include "elf/exported_symbol.hpp"
#include "kmod/catalog.hpp"
#include "preflight/installed_kernel.hpp"
#include "preflight/kernel_symbols.hpp"

namespace mk {

// A symbol and who exports it.
struct SymbolProvider {
    std::string module; // "vmlinux" or a module's name
    ExportedSymbol symbol;
};

// Reads on demand and caches. Belongs to one thread.
class Symvers {
  public:
    // @catalog: of the same kernel. Both must outlive this.
    Symvers(const InstalledKernel &kernel, Catalog &catalog) : kernel_(kernel), catalog_(catalog) {}

    // Exports of the kernel; nothing with the reason in kernel_error().
    const KernelSymbols *kernel();
    const Error &kernel_error() const { return *kernel_error_; }

    // Exports of the module file, by name or path; empty if it has no file or a bad one.
    const std::vector<ExportedSymbol> &exports_of(const std::string &name_or_path);
    // The symbol as that module exports it.
    std::optional<SymbolProvider> in_module(std::string_view symbol,
                                            const std::string &name_or_path);
    // The modules on disk that export it, according to depmod.
    ModuleNames modules_with(const std::string &symbol);
    // The loaded module that exports it, as /proc/kallsyms has it; "" for none. Slow when first
    // used.
    std::string loaded_module_with(const std::string &symbol);
    // Imports of the module file; empty if it has no file or a bad one.
    std::vector<std::string> imports_of(const std::string &name_or_path);
    // Symbols of the modules on disk, according to depmod, in any order.
    std::vector<std::string> module_symbols() const;
    // Symbols of the kernel and of the modules on disk.
    std::vector<std::string> known_names();

  private:
    const InstalledKernel &kernel_;
    Catalog &catalog_;
    std::optional<KernelSymbols> symbols_;
    std::optional<Error> kernel_error_;
    std::map<std::string, std::vector<ExportedSymbol>> exports_;
    std::optional<std::map<std::string, std::string>> in_loaded_;
};

} // namespace mk
