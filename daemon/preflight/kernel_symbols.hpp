// SPDX-License-Identifier: GPL-2.0-only
// Symbols that a kernel itself exports, with checksum, licence and namespace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "elf/exported_symbol.hpp"
#include "preflight/installed_kernel.hpp"

namespace mk {

class KernelSymbols {
  public:
    // From Module.symvers of the kernel build, otherwise from its image, otherwise, for the running
    // kernel, from /proc/kallsyms. NotFound if there is none of them. Takes from 10 ms to a second:
    // keep the result.
    static Result<KernelSymbols> create(const InstalledKernel &kernel);

    // nullptr if it is not exported. Owned by this.
    const ExportedSymbol *find(std::string_view name) const;
    // In the order of their names.
    const std::vector<ExportedSymbol> &all() const { return symbols_; }
    // The source of all this.
    const std::string &source() const { return source_; }
    // Whether checksums, licences and namespaces are known. /proc/kallsyms has only names.
    bool facts_known() const { return facts_known_; }

  private:
    KernelSymbols(std::vector<ExportedSymbol> symbols, std::string source, bool facts_known);

    std::vector<ExportedSymbol> symbols_;
    std::string source_;
    bool facts_known_;
};

struct KallsymsExport {
    std::string name;
    std::string module; // "": the kernel itself
};
// Exports of the running kernel and its modules, by the symbols that stand for the entries of their
// tables. Empty if the kernel has none or hides them.
std::vector<KallsymsExport> exports_in_kallsyms(const std::string &root = "");

} // namespace mk
