// SPDX-License-Identifier: GPL-2.0-only
#include "late_library.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace mk {

Result<void> LateLibrary::open() {
    if (handle_.load(std::memory_order_acquire))
        return {};
    void *handle = dlopen(file_, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        return Error{ErrorCode::Failed, std::string(name_) + " cannot be opened: " +
                                            (why ? why : file_) + "; install it"};
    }
    // of two threads both may have opened it, which counts
    handle_.store(handle, std::memory_order_release);
    return {};
}

void *LateLibrary::find(const char *function) {
    const auto opened = open();
    void *address = opened ? dlsym(handle_.load(std::memory_order_acquire), function) : nullptr;
    if (address)
        return address;
    const std::string why = opened ? std::string(name_) + " has no " + function +
                                         ": it is older than the one this was built with"
                                   : opened.error().message;
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(127);
}

} // namespace mk
