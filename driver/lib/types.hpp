// SPDX-License-Identifier: GPL-2.0-only
// Short names of the fixed-width types.
#pragma once

#include <linux/types.h>

namespace mk {

using u8 = __u8;
using u16 = __u16;
using u32 = __u32;
using u64 = __u64;
using s64 = __s64;
using usize = __SIZE_TYPE__;

} // namespace mk
