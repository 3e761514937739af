// SPDX-License-Identifier: GPL-2.0-only
// What a kernel itself exports to modules, with checksum, licence and namespace.
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
    // From Module.symvers of the kernel's build, else from its image, else, when it is running,
    // from /proc/kallsyms. NotFound when there is none of them. Takes from 10 ms to a second: keep
    // it.
    static Result<KernelSymbols> create(const InstalledKernel &kernel);

    // nullptr when it is not exported. Owned by this.
    const ExportedSymbol *find(std::string_view name) const;
    // In the order of their names.
    const std::vector<ExportedSymbol> &all() const { return symbols_; }
    // The file that all this is from.
    const std::string &source() const { return source_; }
    // Are checksums, licences and namespaces known? /proc/kallsyms has names only.
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
// What the running kernel and its modules export, by the symbols that stand for the entries of
// their tables. Empty when the kernel keeps none or hides them.
std::vector<KallsymsExport> exports_in_kallsyms(const std::string &root = "");

} // namespace mk
