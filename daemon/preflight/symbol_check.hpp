// SPDX-License-Identifier: GPL-2.0-only
// Check of a module's imports: whether each symbol exists, may be used, and is the one it was built
// for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "elf/elf_object.hpp"
#include "explain/diagnosis.hpp"
#include "preflight/symvers.hpp"

namespace mk {

struct SymbolQuestion {
    const ElfObject &module;
    ModuleName name;
    std::string license;
    std::vector<std::string> namespaces; // that it imports
    // Modules whose symbols will exist by then: names, or absolute paths of files.
    std::vector<std::string> live;
    bool force_modversions = false;
    // CONFIG_MODULE_FORCE_LOAD: a module without checksums is accepted, and taints the kernel.
    bool takes_unversioned = false;
    // CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS
    bool takes_missing_imports = false;
    // The kernel for which it was built, if that is another one; "": it is this one, or not known.
    std::string built_for = {};
    // What to do about a build for another kernel.
    std::function<std::string()> rebuild_advice = {};
};

Diagnoses check_symbols(const SymbolQuestion &question, Symvers &symvers);

// Whether the module named @name, with these imports, may use a symbol of that namespace.
bool may_use_namespace(std::string_view symbol_namespace, const ModuleName &name,
                       const std::vector<std::string> &imported);

} // namespace mk
