// SPDX-License-Identifier: GPL-2.0-only
// Does a module find every symbol that it wants, may it use it, and is it the one it was built for?
#pragma once

#include <string>
#include <vector>

#include "elf/elf_object.hpp"
#include "explain/diagnosis.hpp"
#include "preflight/symvers.hpp"

namespace mk {

struct SymbolQuestion {
    const ElfObject &module;
    std::string name;
    std::string license;
    std::vector<std::string> namespaces; // that it imports
    // Modules whose symbols are there by then: names, or absolute paths of files.
    std::vector<std::string> live;
    bool force_modversions = false;
    // CONFIG_MODULE_FORCE_LOAD: a module without checksums is taken, with a taint.
    bool takes_unversioned = false;
    // CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS
    bool takes_missing_imports = false;
};

Diagnoses check_symbols(const SymbolQuestion &question, Symvers &symvers);

// May the module named @name use a symbol of that namespace, importing these ones?
bool may_use_namespace(std::string_view symbol_namespace, std::string_view name,
                       const std::vector<std::string> &imported);

} // namespace mk
