// SPDX-License-Identifier: GPL-2.0-only
#include "core/subscriber_reader.hpp"

#include "kapi/kapi.h"

namespace mk {
namespace {

// Records that belong together go out in one datagram.
constexpr u32 gather_ms = 4;
// Without subscribers few records should wake the sender, as a wake costs more than the record.
constexpr u32 idle_ms = 100;

} // namespace

u32 SubscriberReader::pause_ms() const {
    return mk_events_have_subscribers() ? gather_ms : idle_ms;
}

usize SubscriberReader::take(u8 *to, usize size) {
    // The place is taken before the question is asked: records that come after a subscription are
    // after that place, and are sent.
    Cursor newest = recorder_.newest();
    if (!mk_events_have_subscribers()) {
        reader_.pass_over(newest);
        if (!reader_.readable())
            return 0;
    }
    Result<usize> bytes = reader_.read(BytesOut(to), size, true);
    return bytes.ok() ? bytes.value() : 0;
}

} // namespace mk
