// SPDX-License-Identifier: GPL-2.0-only
// Device numbers that a caller asks for.
#pragma once

#include <linux/modkeeper.h>

#include "kernel/slab.hpp"
#include "kernel/uaccess.hpp"
#include "lib/result.hpp"

namespace mk {

class DeviceNodes {
  public:
    // Errors: einval for more than MODKEEPER_NODES_MAX, an unknown kind, or numbers that are not in
    // ascending order; enomem; efault. Process context, may sleep.
    static Result<DeviceNodes> read(const UserBytesIn &user, u32 count);

    bool empty() const { return !count_; }
    // Any context.
    bool has(u32 kind, u32 major, u32 minor) const;

  private:
    const modkeeper_node *at(u32 place) const {
        return reinterpret_cast<const modkeeper_node *>(memory_.data()) + place;
    }

    Buffer memory_;
    u32 count_ = 0;
};

} // namespace mk
