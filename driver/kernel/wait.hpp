// SPDX-License-Identifier: GPL-2.0-only
// wait.h: sleeping until something is true.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"

namespace mk {

class WaitQueue {
  public:
    WaitQueue() { mk_wait_init(&wait_); }
    ~WaitQueue() { mk_wait_destroy(&wait_); }
    WaitQueue(const WaitQueue &) = delete;
    WaitQueue &operator=(const WaitQueue &) = delete;

    // Process context.
    void wake() { mk_wait_wake(&wait_); }
    // In a moment, from another context. Any context.
    void wake_soon() { mk_wait_wake_soon(&wait_); }

    // Errno::erestartsys: a signal came first. @ready is called without locks and does not sleep.
    // Process context, may sleep.
    template <typename Ready> Result<> until(Ready ready) {
        return from_c(mk_wait_until(
            &wait_, [](void *argument) -> bool { return (*static_cast<Ready *>(argument))(); },
            &ready));
    }

    mk_wait *raw() { return &wait_; }

  private:
    mk_wait wait_;
};

} // namespace mk
