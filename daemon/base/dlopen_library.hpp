// SPDX-License-Identifier: GPL-2.0-only
// Shared libraries that are opened when something of them is first called, for what not every run
// of a program needs: linked in the usual way, libkmod and libsystemd with the cryptography that
// they bring take two fifths of the time of a command that needs neither.
#pragma once

#include <atomic>

#include "base/error.hpp"

namespace mk {

class DlopenSymbol;

// Stays open. Any thread may use it.
class DlopenLibrary {
  public:
    // @name is for people, @file what the dynamic linker looks for. Both have to stay.
    constexpr DlopenLibrary(const char *name, const char *file) : name_(name), file_(file) {}

    // Opens it unless it is open, and looks all its functions up. To be called before they are:
    // they cannot fail.
    Result<void> open();
    // Is there such a function in it? Also when it cannot be opened: no.
    bool has(const char *function);

  private:
    friend class DlopenSymbol;
    Result<void> find_all(void *handle);

    const char *name_;
    const char *file_;
    DlopenSymbol *first_ = nullptr;
    std::atomic<bool> is_open_ = false;
};

// A name in such a library. Each is made before main() and makes itself known to its library.
class DlopenSymbol {
  public:
    DlopenSymbol(DlopenLibrary &library, const char *name);
    DlopenSymbol(const DlopenSymbol &) = delete;
    DlopenSymbol &operator=(const DlopenSymbol &) = delete;

  protected:
    ~DlopenSymbol() = default;
    // Throws what stands in the way when nobody has opened the library with success. Whoever comes
    // in where a room has its door has done that, and got an Error.
    void *address() const;

  private:
    friend class DlopenLibrary;

    DlopenLibrary &library_;
    const char *name_;
    DlopenSymbol *next_;
    std::atomic<void *> address_ = nullptr;
};

// A function of such a library, which is called like the function itself: as the pointer to it that
// this becomes.
template <typename Function> class DlopenFunction final : DlopenSymbol {
  public:
    using DlopenSymbol::DlopenSymbol;

    operator Function *() const { return reinterpret_cast<Function *>(address()); }
};

} // namespace mk

// Below this line, in the same namespace, @function is the one of @library. Its type is the one
// that the library's header gives it.
// NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot have any
#define MK_DLOPEN_FUNCTION(library, function)                                                      \
    inline const DlopenFunction<decltype(::function)> function {                                   \
        library, #function                                                                         \
    }
// NOLINTEND(bugprone-macro-parentheses)
