// SPDX-License-Identifier: GPL-2.0-only
// workqueue.h: work that is done later, in process context.
#pragma once

#include "kapi/kapi.h"

namespace mk {

// mk_core_later() is called in about a second. Any context.
inline void call_later() {
    mk_call_later();
}

} // namespace mk
