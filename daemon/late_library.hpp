// SPDX-License-Identifier: GPL-2.0-only
// Shared libraries that are opened when something of them is first called, for what not every run
// of a program needs: linked in the usual way, libkmod and libsystemd with the cryptography that
// they bring take two fifths of the time of a command that needs neither.
#pragma once

#include <atomic>

#include "error.hpp"

namespace mk {

// Stays open. Any thread may use it.
class LateLibrary {
  public:
    // @name is for people, @file what the dynamic linker looks for. Both have to stay.
    constexpr LateLibrary(const char *name, const char *file) : name_(name), file_(file) {}

    // Opens it unless it is open. To be called before its functions are: they cannot fail.
    Result<void> open();
    // A function of it. Ends the program, as the dynamic linker would, when there is none.
    void *find(const char *function);

  private:
    const char *name_;
    const char *file_;
    std::atomic<void *> handle_ = nullptr;
};

// A function of such a library, which is called like the function itself: as the pointer to it that
// this becomes.
template <typename Function> class LateFunction {
  public:
    constexpr LateFunction(LateLibrary &library, const char *name)
        : library_(library), name_(name) {}

    operator Function *() const {
        void *address = address_.load(std::memory_order_acquire);
        if (!address) {
            address = library_.find(name_);
            address_.store(address, std::memory_order_release);
        }
        return reinterpret_cast<Function *>(address);
    }

  private:
    LateLibrary &library_;
    const char *name_;
    mutable std::atomic<void *> address_ = nullptr;
};

} // namespace mk

// Below this line, in the same namespace, @function is the one of @library. Its type is the one
// that the library's header gives it.
// NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot have any
#define MK_LATE_FUNCTION(library, function)                                                        \
    inline constinit const LateFunction<decltype(::function)> function = {library, #function}
// NOLINTEND(bugprone-macro-parentheses)
