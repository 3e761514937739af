// SPDX-License-Identifier: GPL-2.0-only
// Who has which symbol, in one kernel: the kernel itself and the modules that are there or could
// be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// Reads what it is asked for and keeps it. Belongs to one thread.
class Symvers {
  public:
    // @catalog: of the same kernel. Both must outlive this.
    Symvers(const InstalledKernel &kernel, Catalog &catalog) : kernel_(kernel), catalog_(catalog) {}

    // What the kernel exports; nothing with the reason in kernel_error().
    const KernelSymbols *kernel();
    const Error &kernel_error() const { return *kernel_error_; }

    // What the module's file exports, by its name or path; empty when it has no file or a bad one.
    const std::vector<ExportedSymbol> &exports_of(const std::string &name_or_path);
    // The symbol as that module exports it.
    std::optional<SymbolProvider> in_module(std::string_view symbol,
                                            const std::string &name_or_path);
    // The modules on disk that depmod found it in.
    std::vector<std::string> modules_with(const std::string &symbol);
    // The loaded module that exports it, as /proc/kallsyms has it; "" for none. Slow when first
    // used.
    std::string loaded_module_with(const std::string &symbol);
    // What the module's file wants; empty when it has no file or a bad one.
    std::vector<std::string> imports_of(const std::string &name_or_path);
    // What depmod found in the modules on disk, in any order.
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
