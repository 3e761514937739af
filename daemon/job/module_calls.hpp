// SPDX-License-Identifier: GPL-2.0-only
// The two system calls that change which modules are loaded. Tests have a kernel of their own,
// which fails on request.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

// One module for the kernel.
struct Insertion {
    ModuleName module;      // the name by which the kernel will know it
    std::string path;       // of its file, which may be compressed
    std::string parameters; // one string, as the kernel splits it
    bool force_vermagic = false;
    bool force_modversions = false;
};

// For several threads at a time.
class ModuleCalls {
  public:
    virtual ~ModuleCalls() = default;

    // The kernel's answer: 0 or a positive errno. An Error if it was not asked, because the file
    // cannot be read or decompressed. Blocks as long as the module's init does.
    virtual Result<int> insert(const Insertion &what) = 0;
    // @flags as in delete_module(2). 0 or a positive errno. Blocks as long as the exit does.
    virtual int remove(const ModuleName &name, unsigned flags) = 0;

    // The kernel that runs.
    static ModuleCalls &real();
};

// The calls that pass a file or its bytes to the kernel; each returns 0 or a positive errno.
struct LoadSyscalls {
    std::function<int(int file, const std::string &parameters, unsigned flags)> finit_module;
    std::function<int(std::string_view bytes, const std::string &parameters)> init_module;
    std::string unpacks; // the compression that it supports: "gzip", "xz", "zstd" or "" for none
};

// Passes the file itself to the kernel if the kernel supports that, because it then knows the file;
// otherwise the decompressed bytes.
Result<int> insert_module(const Insertion &what, const LoadSyscalls &kernel);

} // namespace mk
