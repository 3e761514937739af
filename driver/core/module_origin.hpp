// SPDX-License-Identifier: GPL-2.0-only
// Origin of a record: the LOAD_BEGIN of the load that it belongs to, if that was seen.
#pragma once

#include "lib/types.hpp"

namespace mk {

struct LoadOrigin {
    u64 sequence = 0;    // of its LOAD_BEGIN or PRESENT record, 0: not seen
    u64 boottime_ns = 0; // of its LOAD_BEGIN record, 0: not seen
};

} // namespace mk
