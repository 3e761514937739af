// SPDX-License-Identifier: GPL-2.0-only
#include "base/dlopen_library.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace mk {

DlopenSymbol::DlopenSymbol(DlopenLibrary &library, const char *name)
    : library_(library), name_(name), next_(library.first_) {
    library.first_ = this;
}

void *DlopenSymbol::address() const {
    void *found = address_.load(std::memory_order_acquire);
    if (found)
        return found;
    if (auto opened = library_.open(); !opened)
        throw std::runtime_error(opened.error().message);
    return address_.load(std::memory_order_acquire);
}

Result<void> DlopenLibrary::find_all(void *handle) {
    for (auto *symbol = first_; symbol; symbol = symbol->next_) {
        void *address = dlsym(handle, symbol->name_);
        if (!address)
            return Error{
                ErrorCode::Failed,
                std::string(name_) + " has no " + symbol->name_ +
                    ": it is older than the version this program was built with; upgrade it"};
        symbol->address_.store(address, std::memory_order_release);
    }
    return {};
}

Result<void> DlopenLibrary::open() {
    if (is_open_.load(std::memory_order_acquire))
        return {};
    // two threads may both do this, with the same result
    void *handle = dlopen(file_, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        return Error{ErrorCode::Failed, std::string(name_) + " cannot be opened: " +
                                            (why ? why : file_) + "; install it"};
    }
    auto found = find_all(handle);
    if (found)
        is_open_.store(true, std::memory_order_release);
    return found;
}

bool DlopenLibrary::has(const char *function) {
    if (!open())
        return false;
    void *handle = dlopen(file_, RTLD_NOW | RTLD_NOLOAD);
    const bool found = handle != nullptr && dlsym(handle, function) != nullptr;
    if (handle != nullptr)
        dlclose(handle);
    return found;
}

} // namespace mk
