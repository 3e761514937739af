// SPDX-License-Identifier: GPL-2.0-only
#include "core/standing.hpp"

#include "core/syscalls.hpp"
#include "kernel/sched.hpp"

namespace mk {

static_assert(MK_NOBODY == MODKEEPER_SUPPRESSED_OTHERS);

Standing current_standing(Calls &calls) {
    const Call *call = calls.any() ? calls.current() : nullptr;
    Standing own = {current_is_trusted(), current_owner(), is_helpers(call)};
    if (!own.trusted || !own.helper)
        return own;
    // Outside a load, it is not known for whom it works.
    if (!call || !call->loads())
        return {false, MODKEEPER_SUPPRESSED_OTHERS, true};
    return {call->request.trusted, call->request.payer, true};
}

} // namespace mk
