// SPDX-License-Identifier: GPL-2.0-only
// The two system calls that change which modules are loaded. Tests bring a kernel of their own,
// which fails when it is told to.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk {

// One module for the kernel.
struct Insertion {
    std::string module;     // the name that the kernel will know it by
    std::string path;       // of its file, which may be packed
    std::string parameters; // one string, as the kernel splits it
    bool force_vermagic = false;
    bool force_modversions = false;
};

// For several threads at a time.
class ModuleCalls {
  public:
    virtual ~ModuleCalls() = default;

    // What the kernel answered: 0 or a positive errno. An Error when it was not asked, because the
    // file cannot be read or unpacked. Sleeps as long as the module's init does.
    virtual Result<int> insert(const Insertion &what) = 0;
    // @flags as delete_module(2) has them. 0 or a positive errno. Sleeps as long as the exit does.
    virtual int remove(const std::string &name, unsigned flags) = 0;

    // The kernel that runs.
    static ModuleCalls &real();
};

// How the kernel takes a file or the bytes of one; each answers 0 or a positive errno.
struct LoadSyscalls {
    std::function<int(int file, const std::string &parameters, unsigned flags)> finit_module;
    std::function<int(std::string_view bytes, const std::string &parameters)> init_module;
    std::string unpacks; // what it unpacks itself: "gzip", "xz", "zstd" or "" for nothing
};

// Gives it to the kernel as a file where the kernel can take it so, for then the kernel knows which
// file the module came from; else unpacked, as bytes.
Result<int> insert_module(const Insertion &what, const LoadSyscalls &kernel);

} // namespace mk
