// SPDX-License-Identifier: GPL-2.0-only
// Will the kernel take a module with this signature, or with none?
#pragma once

#include <string_view>
#include <vector>

#include "explain/diagnosis.hpp"
#include "preflight/installed_kernel.hpp"
#include "system/kernel_state.hpp"

namespace mk {

struct SignatureQuestion {
    const InstalledKernel &kernel;
    const KernelState &running; // of the machine as it is
    std::string_view file;      // the whole module, unpacked
    bool is_forced = false;     // the kernel then looks at no signature
};

void check_signature(const SignatureQuestion &question, Diagnoses &problems);

} // namespace mk
