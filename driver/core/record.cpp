// SPDX-License-Identifier: GPL-2.0-only
#include "core/record.hpp"

namespace mk {

static_assert(__has_unique_object_representations(LostRecord));

LostRecord lost_record(u64 sequence, u64 count, u64 boottime_ns, u64 realtime_ns) {
    LostRecord lost = {};
    lost.header.size = sizeof(LostRecord);
    lost.header.kind = MODKEEPER_RECORD_LOST;
    lost.header.header_size = sizeof(modkeeper_record);
    lost.header.body_size = sizeof(modkeeper_record_lost);
    lost.header.sequence = sequence;
    lost.header.boottime_ns = boottime_ns;
    lost.header.realtime_ns = realtime_ns;
    lost.header.loginuid = ~0U;
    lost.body.count = count;
    return lost;
}

} // namespace mk
