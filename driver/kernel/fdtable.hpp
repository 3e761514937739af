// SPDX-License-Identifier: GPL-2.0-only
// fdtable.h: files that processes have open.
#pragma once

#include "kapi/kapi.h"

namespace mk {

// Calls @each with every open file whose code is in the module of that name, NUL behind it. @each
// runs with locks of the kernel held and must not sleep. Process context.
template <typename Each> void for_each_holder(const char *module, Each each) {
    mk_holders_each(
        module,
        [](void *argument, const mk_holder *holder) { (*static_cast<Each *>(argument))(*holder); },
        &each);
}

} // namespace mk
