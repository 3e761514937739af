// SPDX-License-Identifier: GPL-2.0-only
#include "core/standing.hpp"

#include "core/syscalls.hpp"
#include "kernel/sched.hpp"

namespace mk {

static_assert(MK_NOBODY == MODKEEPER_SUPPRESSED_OTHERS);

Standing current_standing(Calls &calls) {
    Standing own = {current_is_trusted(), current_owner()};
    if (!own.trusted || !current_origin().helper)
        return own;
    // Outside a load, it is not known for whom it works.
    const Call *call = calls.current();
    if (!call || !call->loads())
        return {false, MODKEEPER_SUPPRESSED_OTHERS};
    return {call->request.trusted, call->request.payer};
}

} // namespace mk
