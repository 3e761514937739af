// SPDX-License-Identifier: GPL-2.0-only
// Words that several CPUs touch at once, and the fences between them and plain memory.
#pragma once

#include "lib/types.hpp"

namespace mk {

template <typename T> class Atomic {
    static_assert(__atomic_always_lock_free(sizeof(T), nullptr));

  public:
    constexpr explicit Atomic(T value) : value_(value) {}
    Atomic(const Atomic &) = delete;
    Atomic &operator=(const Atomic &) = delete;

    T load_relaxed() const { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
    T load_acquire() const { return __atomic_load_n(&value_, __ATOMIC_ACQUIRE); }
    void store_relaxed(T value) { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }
    void store_release(T value) { __atomic_store_n(&value_, value, __ATOMIC_RELEASE); }
    void add_relaxed(T value) { __atomic_fetch_add(&value_, value, __ATOMIC_RELAXED); }
    // The sum.
    T add_and_get(T value) { return __atomic_add_fetch(&value_, value, __ATOMIC_RELAXED); }

  private:
    T value_;
};

// Loads before it happen before loads and stores after it.
inline void fence_acquire() {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}
// Loads and stores before it happen before stores after it.
inline void fence_release() {
    __atomic_thread_fence(__ATOMIC_RELEASE);
}
// Both, and stores before it happen before loads after it.
inline void fence_full() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

} // namespace mk
