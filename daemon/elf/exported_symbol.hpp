// SPDX-License-Identifier: GPL-2.0-only
// A symbol that a kernel or a module exports, and one that a module imports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mk {

struct ExportedSymbol {
    std::string name;
    // The checksum of its type; none if the kernel was built without CONFIG_MODVERSIONS.
    std::optional<std::uint32_t> crc;
    bool gpl_only = false;
    std::string symbol_namespace; // "" if all modules may use it
    bool facts_known = true;      // false: it is only known to be exported
};

struct ImportedSymbol {
    std::string name;
    std::optional<std::uint32_t> crc; // as it was when the module was built
    bool weak = false;                // may be missing
};

} // namespace mk
