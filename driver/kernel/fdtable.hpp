// SPDX-License-Identifier: GPL-2.0-only
// fdtable.h: files that processes have open.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"

namespace mk {

// Calls @each with every open file and mapping that holds the module of that name, and
// @with_devices those of devices of any module and those on disks, until it returns false. @each
// runs under locks of the kernel and must not sleep. True: it has seen all files; else the walk can
// be continued from @place. Errors: eintr. Process context, may sleep.
template <typename Each> Result<bool> for_each_holder(const char *module, bool with_devices,
                                                      mk_holder_place &place, Each each) {
    int result = mk_holders_each(
        module, with_devices, &place,
        [](void *argument, const mk_holder *holder) {
            return (*static_cast<Each *>(argument))(*holder);
        },
        &each);
    if (result < 0)
        return from_c(result);
    return result == 0;
}

} // namespace mk
