// SPDX-License-Identifier: GPL-2.0-only
// Shared libraries that are opened when one of their functions is first called, because not every
// run of a program needs them. Linked in the usual way, libkmod and libsystemd, with the
// cryptography that they pull in, take two fifths of the time of a command that needs neither.
#pragma once

#include <atomic>

#include "base/error.hpp"

namespace mk {

class DlopenSymbol;

// Stays open. Any thread may use it.
class DlopenLibrary {
  public:
    // @name is for messages, @file for the dynamic linker. Both must stay valid.
    constexpr DlopenLibrary(const char *name, const char *file) : name_(name), file_(file) {}

    // Opens it unless it is open, and looks up all its functions. Call this before them: they
    // cannot fail.
    Result<void> open();
    // Whether the library has such a function. No, if it cannot be opened.
    bool has(const char *function);

  private:
    friend class DlopenSymbol;
    Result<void> find_all(void *handle);

    const char *name_;
    const char *file_;
    DlopenSymbol *first_ = nullptr;
    std::atomic<bool> is_open_ = false;
};

// A symbol of such a library. Each is constructed before main() and registers itself with its
// library.
class DlopenSymbol {
  public:
    DlopenSymbol(DlopenLibrary &library, const char *name);
    DlopenSymbol(const DlopenSymbol &) = delete;
    DlopenSymbol &operator=(const DlopenSymbol &) = delete;

  protected:
    ~DlopenSymbol() = default;
    // Throws the error if the library was not opened successfully. The entry points of a room have
    // opened it, or returned an Error.
    void *address() const;

  private:
    friend class DlopenLibrary;

    DlopenLibrary &library_;
    const char *name_;
    DlopenSymbol *next_;
    std::atomic<void *> address_ = nullptr;
};

// A function of such a library. It is called like the function itself, by conversion to its
// pointer.
template <typename Function> class DlopenFunction final : DlopenSymbol {
  public:
    using DlopenSymbol::DlopenSymbol;

    operator Function *() const { return reinterpret_cast<Function *>(address()); }
};

} // namespace mk

// Below this line, in the same namespace, @function is that of @library, with the type in the
// library's header. NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot have any
#define MK_DLOPEN_FUNCTION(library, function)                                                      \
    inline const DlopenFunction<decltype(::function)> function {                                   \
        library, #function                                                                         \
    }
// NOLINTEND(bugprone-macro-parentheses)
