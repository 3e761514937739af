// SPDX-License-Identifier: GPL-2.0-only
// The errors that the core can answer with; the numbers are the kernel's.
#pragma once

namespace mk {

enum class Errno : int {
    none = 0,
    not_permitted = 1,    // EPERM
    not_found = 2,        // ENOENT
    interrupted = 4,      // EINTR: the caller is being killed
    bad_format = 8,       // ENOEXEC
    try_again = 11,       // EAGAIN
    no_memory = 12,       // ENOMEM
    access_denied = 13,   // EACCES
    bad_address = 14,     // EFAULT
    busy = 16,            // EBUSY
    exists = 17,          // EEXIST
    invalid = 22,         // EINVAL
    unknown_request = 25, // ENOTTY
    no_space = 28,        // ENOSPC
    message_size = 90,    // EMSGSIZE
    restart = 512,        // ERESTARTSYS: a signal came; never seen by user space
};

// As C wants it: 0 or -errno.
constexpr int to_c(Errno error) {
    return -static_cast<int>(error);
}

constexpr Errno from_c(long result) {
    return result < 0 ? static_cast<Errno>(-result) : Errno::none;
}

} // namespace mk
