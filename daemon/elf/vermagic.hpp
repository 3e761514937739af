// SPDX-License-Identifier: GPL-2.0-only
// Vermagic: the line that says how a module or a kernel was built.
#pragma once

#include <string>
#include <string_view>

namespace mk {

struct VermagicQuestion {
    std::string_view of_module;
    std::string_view of_kernel; // "": only its release is known
    std::string_view release;   // of the kernel
    bool has_versions;          // whether the module has checksums; then releases may differ
};

// The difference, as a clause; "" if they match.
std::string vermagic_difference(const VermagicQuestion &question);

} // namespace mk
