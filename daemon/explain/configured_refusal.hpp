// SPDX-License-Identifier: GPL-2.0-only
// What keeps a module from ever reaching the kernel: nothing of that is in the record.
#pragma once

#include <optional>
#include <string>

#include "explain/diagnosis.hpp"
#include "kmod/catalog.hpp"

namespace mk {

// What modprobe.d says. @module: in the kernel's spelling. Empty: nothing keeps it. The outcome is
// left empty.
Diagnoses configured_refusals(Catalog &catalog, const std::string &module);

// Why the kernel cannot ask for any module; nothing: it can, or it never does. @root is put before
// every path; tests have one of their own.
std::optional<Diagnosis> missing_helper(const std::string &root = "");

// Both, of a module that is not loaded. Without a catalog the configuration is not known.
Diagnoses obstacles_of(Result<Catalog> &catalog, const std::string &module);

} // namespace mk
