// SPDX-License-Identifier: GPL-2.0-only
// What keeps a module from ever reaching the kernel: nothing of that is in the record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "explain/diagnosis.hpp"
#include "kmod/catalog.hpp"
#include "kmod/places.hpp"

namespace mk {

// Modules that @module cannot be loaded without, itself left out; nearest first.
ModuleNames needed_by(Catalog &catalog, const ModuleName &module);

// What modprobe.d says. Empty: nothing keeps it. The outcome is left empty.
Diagnoses configured_refusals(Catalog &catalog, const ModuleName &module);

// Why the kernel cannot ask for any module; nothing: it can, or it never does. @root is put before
// every path; tests have one of their own.
std::optional<Diagnosis> missing_helper(const std::string &root = "");

// What is wrong with the installed file of a module, or of one that it needs and that is not
// loaded: a tool that cannot read it never asks the kernel. Reads these files, the index and the
// kernel's symbols: up to a second.
Diagnoses file_refusals(Catalog &catalog, const ModuleName &module,
                        const ConfigurationPlaces &places = {});

// Both, of a module that is not loaded. Without a catalog the configuration is not known.
Diagnoses obstacles_of(Result<Catalog> &catalog, const ModuleName &module);

} // namespace mk
