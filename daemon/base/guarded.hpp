// SPDX-License-Identifier: GPL-2.0-only
// Mutex that owns the data it protects.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace mk {

// The lock is the only way to T.
template <typename T> class Guarded {
  public:
    template <typename... Arguments> explicit Guarded(Arguments &&...arguments)
        : data_(std::forward<Arguments>(arguments)...) {}
    Guarded(const Guarded &) = delete;
    Guarded &operator=(const Guarded &) = delete;

    class [[nodiscard]] Lock {
      public:
        explicit Lock(Guarded &owner) : lock_(owner.mutex_), data_(owner.data_) {}
        Lock(const Lock &) = delete;
        Lock &operator=(const Lock &) = delete;

        T *operator->() const { return &data_; }
        T &operator*() const { return data_; }

        // Released while waiting, as by the standard library.
        void wait(std::condition_variable &changed) { changed.wait(lock_); }
        template <typename Until> void wait(std::condition_variable &changed, Until until) {
            changed.wait(lock_, std::move(until));
        }
        template <typename Duration, typename Until>
        void wait_for(std::condition_variable &changed, Duration longest, Until until) {
            changed.wait_for(lock_, longest, std::move(until));
        }
        // Do not touch the data between these two.
        void unlock() { lock_.unlock(); }
        void relock() { lock_.lock(); }

      private:
        std::unique_lock<std::mutex> lock_;
        T &data_;
    };
    Lock lock() { return Lock(*this); }

  private:
    std::mutex mutex_;
    T data_;
};

} // namespace mk
