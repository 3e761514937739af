// SPDX-License-Identifier: GPL-2.0-only
// Check whether the kernel accepts a module with this signature, or without one.
#pragma once

#include <string_view>
#include <vector>

#include "explain/diagnosis.hpp"
#include "preflight/installed_kernel.hpp"
#include "system/kernel_state.hpp"

namespace mk {

struct SignatureQuestion {
    const InstalledKernel &kernel;
    const KernelState &running; // of the running system
    std::string_view file;      // the whole module, unpacked
    bool is_forced = false;     // the kernel then ignores signatures
};

void check_signature(const SignatureQuestion &question, Diagnoses &problems);

} // namespace mk
