// SPDX-License-Identifier: GPL-2.0-only
// Where the load that a record belongs to began, as far as it was seen.
#pragma once

#include "lib/types.hpp"

namespace mk {

struct LoadOrigin {
    u64 sequence = 0;    // of its LOAD_BEGIN or PRESENT record, 0: not seen
    u64 boottime_ns = 0; // of its LOAD_BEGIN record, 0: not seen
};

} // namespace mk
