// SPDX-License-Identifier: GPL-2.0-only
// rcupdate.h: an object that is read without a lock while another one takes its place.
#pragma once

#include "kapi/kapi.h"
#include "kernel/slab.hpp"
#include "lib/atomic.hpp"

namespace mk {

// As long as it is there, nothing that is read through it is freed. Any context; nothing that
// sleeps while it is there.
class [[nodiscard]] RcuReader {
  public:
    RcuReader() { mk_rcu_read_lock(); }
    ~RcuReader() { mk_rcu_read_unlock(); }
    RcuReader(const RcuReader &) = delete;
    RcuReader &operator=(const RcuReader &) = delete;
};

// What was replaced, or nothing: its end waits until nobody reads it any more, and frees it.
// Process context, may sleep.
template <typename T> class Retired {
  public:
    Retired() = default;
    explicit Retired(T *object) : object_(object) {}
    Retired(Retired &&other) noexcept { mk::swap(object_, other.object_); }
    Retired &operator=(Retired &&other) noexcept {
        mk::swap(object_, other.object_);
        return *this;
    }
    ~Retired() {
        if (!object_)
            return;
        mk_rcu_synchronize();
        Owned<T> freed(object_);
    }

  private:
    T *object_ = nullptr;
};

// The only owner of an object, or of none. When it ends, nobody reads it any more.
template <typename T> class RcuPointer {
  public:
    RcuPointer() = default;
    ~RcuPointer() { Owned<T> freed(own()); }
    RcuPointer(const RcuPointer &) = delete;
    RcuPointer &operator=(const RcuPointer &) = delete;

    // NULL: none. Good as long as the reader is there.
    const T *read(const RcuReader &) const {
        return static_cast<const T *>(pointer_.load_acquire());
    }
    // For who excludes that it is replaced meanwhile.
    T *own() const { return static_cast<T *>(pointer_.load_relaxed()); }
    // One caller at a time.
    Retired<T> replace(Owned<T> with) { return Retired<T>(exchange(mk::move(with)).release()); }
    // The same of one that may come back: some may still read it.
    Owned<T> exchange(Owned<T> with) {
        T *before = own();
        pointer_.store_release(with.release());
        return Owned<T>(before);
    }

  private:
    Atomic<void *> pointer_{nullptr}; // T
};

} // namespace mk
