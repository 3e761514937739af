// SPDX-License-Identifier: GPL-2.0-only
// ktime.h: the clocks. Any context.
#pragma once

#include "kapi/kapi.h"

namespace mk {

inline mk_times times_now() {
    return mk_times_now();
}

// As of the last tick, without a read of the hardware.
inline u64 boottime_coarse_ns() {
    return mk_boottime_coarse_ns();
}

} // namespace mk
