// SPDX-License-Identifier: GPL-2.0-only
// Raw memory: copy, clear, compare, round. In the module the compiler's built-ins become calls of
// the kernel's own memcpy() and friends.
#pragma once

#include "lib/atomic.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

inline void copy_bytes(void *to, const void *from, usize bytes) {
    __builtin_memcpy(to, from, bytes);
}

// Where the two may overlap.
inline void move_bytes(void *to, const void *from, usize bytes) {
    __builtin_memmove(to, from, bytes);
}

inline void clear_bytes(void *memory, usize bytes) {
    __builtin_memset(memory, 0, bytes);
}

inline bool same_bytes(const void *a, const void *b, usize bytes) {
    return __builtin_memcmp(a, b, bytes) == 0;
}

// @unit is a power of two.
template <typename T> constexpr T align_up(T value, T unit) {
    return (value + unit - 1) & ~(unit - 1);
}

template <typename T> constexpr T min(T a, T b) {
    return a < b ? a : b;
}

// Memory of the kernel with the interface of user memory; writes never fail.
class BytesOut {
  public:
    explicit BytesOut(u8 *to) : to_(to) {}

    Result<> write(usize offset, const void *from, usize bytes) const {
        copy_bytes(to_ + offset, from, bytes);
        return {};
    }
    Result<> write_racing(usize offset, const void *from, usize bytes) const {
        copy_racing(to_ + offset, from, bytes);
        return {};
    }

  private:
    u8 *to_;
};

} // namespace mk
