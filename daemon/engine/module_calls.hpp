// SPDX-License-Identifier: GPL-2.0-only
// The two system calls that change which modules are loaded. Tests bring a kernel of their own,
// which fails when it is told to.
#pragma once

#include <string>

namespace mk::engine {

// For several threads at a time.
class ModuleCalls {
  public:
    virtual ~ModuleCalls() = default;

    // Gives a file to the kernel, a compressed one too. @parameters: one string, as the kernel
    // splits it. 0 or a positive errno. Sleeps as long as the module's init does.
    virtual int insert(const std::string &path, const std::string &parameters, bool force_vermagic,
                       bool force_modversions) = 0;
    // @flags as delete_module(2) has them. 0 or a positive errno. Sleeps as long as the exit does.
    virtual int remove(const std::string &name, unsigned flags) = 0;

    // The kernel that runs.
    static ModuleCalls &real();
};

} // namespace mk::engine
