// SPDX-License-Identifier: GPL-2.0-only
// mutex.h: a lock that sleeps and owns what it protects.
#pragma once

#include "kapi/kapi.h"
#include "lib/move.hpp"

namespace mk {

// The guard is the only way to T. Process context.
template <typename T> class Mutex {
  public:
    template <typename... Arguments> explicit Mutex(Arguments &&...arguments)
        : data_(mk::forward<Arguments>(arguments)...) {
        mk_mutex_init(&mutex_);
    }
    ~Mutex() { mk_mutex_destroy(&mutex_); }
    Mutex(const Mutex &) = delete;
    Mutex &operator=(const Mutex &) = delete;

    class [[nodiscard]] Guard {
      public:
        explicit Guard(Mutex &owner) : owner_(owner) { mk_mutex_lock(&owner.mutex_); }
        ~Guard() { mk_mutex_unlock(&owner_.mutex_); }
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

        T *operator->() const { return &owner_.data_; }
        T &operator*() const { return owner_.data_; }

      private:
        Mutex &owner_;
    };
    Guard lock() { return Guard(*this); }

  private:
    mk_mutex mutex_;
    T data_;
};

} // namespace mk
