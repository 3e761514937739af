// SPDX-License-Identifier: GPL-2.0-only
// The line in which a module and a kernel say what they were built as.
#pragma once

#include <string>
#include <string_view>

namespace mk {

struct VermagicQuestion {
    std::string_view of_module;
    std::string_view of_kernel; // "": only its release is known
    std::string_view release;   // of the kernel
    bool has_versions;          // does the module carry checksums? Then releases may differ.
};

// In what way they do not fit, as a clause; "" when they do.
std::string vermagic_difference(const VermagicQuestion &question);

} // namespace mk
