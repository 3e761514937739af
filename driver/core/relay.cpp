// SPDX-License-Identifier: GPL-2.0-only
#include "core/relay.hpp"

#include "kapi/kapi.h"

namespace mk {

bool Relay::due() {
    // First the place, then the question: what is recorded after somebody has joined lies behind
    // it, and is told.
    Cursor newest = recorder_.newest();
    if (mk_group_has_listeners())
        return true;
    reader_.pass_over(newest);
    return reader_.readable();
}

usize Relay::take(u8 *to, usize size) {
    Result<usize> bytes = reader_.read(BytesOut(to), size, true);
    return bytes.ok() ? bytes.value() : 0;
}

} // namespace mk
