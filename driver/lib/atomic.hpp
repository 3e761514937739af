// SPDX-License-Identifier: GPL-2.0-only
// Memory that several CPUs touch at once: words, the fences between them, and plain memory that is
// read while it may be written.
//
// An access that races by design is marked, as READ_ONCE(), WRITE_ONCE() and data_race() mark it in
// C. The compiler makes one access of a marked word, and KCSAN, the kernel's detector of data
// races, does not report it; its instrumentation is in the C++ objects too.
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
    // Stores @with where @expected still is. Orders nothing.
    bool replace_relaxed(T expected, T with) {
        return __atomic_compare_exchange_n(&value_, &expected, with, false, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED);
    }
    // The sum.
    T add_and_get(T value) { return __atomic_add_fetch(&value_, value, __ATOMIC_RELAXED); }

  private:
    T value_;
};

// One load of @word, which another CPU may be storing to: the value may be of no use.
template <typename T> T read_once(const T &word) {
    return __atomic_load_n(&word, __ATOMIC_RELAXED);
}
// One store to @word, which another CPU may be loading.
template <typename T> void write_once(T &word, T value) {
    __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}
// Copying and clearing where another CPU may be reading or writing: either may see torn values.
[[gnu::no_sanitize_thread]] inline void copy_racing(void *to, const void *from, usize bytes) {
    __builtin_memcpy(to, from, bytes);
}
[[gnu::no_sanitize_thread]] inline void clear_racing(void *memory, usize bytes) {
    __builtin_memset(memory, 0, bytes);
}

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
