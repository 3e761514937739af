// SPDX-License-Identifier: GPL-2.0-only
// Standing of the current task: whether its records are free of limits, or which user's budget pays
// for them.
//
// A helper that the kernel starts, such as modprobe for a request, has all rights but works for
// whoever asked: it has their standing.
#pragma once

#include <linux/modkeeper.h>

#include "lib/types.hpp"

namespace mk {

class Calls;

struct Standing {
    bool trusted = true;
    u32 payer = 0;       // unless it is trusted; MODKEEPER_SUPPRESSED_OTHERS: not known
    bool helper = false; // the kernel started it: as is_helpers()
};

// Any context.
Standing current_standing(Calls &calls);

} // namespace mk
