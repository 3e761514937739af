// SPDX-License-Identifier: GPL-2.0-only
// The standing of the current task: may it do what it likes to the record, or whose budget is what
// it causes of?
//
// What the kernel starts, such as modprobe for a request, has all rights and does what somebody
// asked for: it stands where they do.
#pragma once

#include <linux/modkeeper.h>

#include "lib/types.hpp"

namespace mk {

class Calls;

struct Standing {
    bool trusted = true;
    u32 payer = 0; // unless it is trusted; MODKEEPER_SUPPRESSED_OTHERS: nobody known
};

// Any context.
Standing current_standing(Calls &calls);

} // namespace mk
