// SPDX-License-Identifier: GPL-2.0-only
// Errors of the core. Names and numbers are the kernel's; small letters, because its names are
// macros.
#pragma once

namespace mk {

enum class Errno : int {
    none = 0,
    eperm = 1,
    enoent = 2,
    eintr = 4,
    enoexec = 8,
    eagain = 11,
    enomem = 12,
    eacces = 13,
    efault = 14,
    ebusy = 16,
    eexist = 17,
    einval = 22,
    enotty = 25,
    enospc = 28,
    etime = 62,
    emsgsize = 90,
    estale = 116,
    erestartsys = 512, // a signal came; user space never sees it
};

// As C wants it: 0 or -errno.
constexpr int to_c(Errno error) {
    return -static_cast<int>(error);
}

constexpr Errno from_c(long result) {
    return result < 0 ? static_cast<Errno>(-result) : Errno::none;
}

} // namespace mk
