// SPDX-License-Identifier: GPL-2.0-only
// spinlock.h: a raw lock with interrupts off that owns what it protects.
#pragma once

#include "kapi/kapi.h"
#include "lib/move.hpp"

namespace mk {

// The guard is the only way to T. Any context; nothing that sleeps while it is held.
template <typename T> class SpinLock {
  public:
    template <typename... Arguments> explicit SpinLock(Arguments &&...arguments)
        : data_(mk::forward<Arguments>(arguments)...) {
        mk_spinlock_init(&lock_);
    }
    SpinLock(const SpinLock &) = delete;
    SpinLock &operator=(const SpinLock &) = delete;

    class [[nodiscard]] Guard {
      public:
        explicit Guard(SpinLock &owner) : owner_(owner), flags_(mk_spinlock_lock(&owner.lock_)) {}
        ~Guard() { mk_spinlock_unlock(&owner_.lock_, flags_); }
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

        T *operator->() const { return &owner_.data_; }
        T &operator*() const { return owner_.data_; }

      private:
        SpinLock &owner_;
        unsigned long flags_;
    };
    Guard lock() { return Guard(*this); }

  private:
    mk_spinlock lock_;
    T data_;
};

} // namespace mk
