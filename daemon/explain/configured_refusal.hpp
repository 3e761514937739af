// SPDX-License-Identifier: GPL-2.0-only
// What modprobe.d says that keeps a module from ever reaching the kernel: nothing of that is in the
// record.
#pragma once

#include <string>

#include "explain/diagnosis.hpp"
#include "kmod/catalog.hpp"

namespace mk {

// @module: in the kernel's spelling. Empty: nothing keeps it. The outcome is left empty.
Diagnoses configured_refusals(Catalog &catalog, const std::string &module);

} // namespace mk
