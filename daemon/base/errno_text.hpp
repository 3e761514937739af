// SPDX-License-Identifier: GPL-2.0-only
// Text of an errno with its name, as manuals have it; of those too that the kernel keeps to itself
// but that a module's init may return.
#pragma once

#include <string>

namespace mk {

// Of the kernel alone: <cerrno> has no names for them.
inline constexpr int eprobe_defer = 517;
inline constexpr int enotsupp = 524;

// "ENODEV", "EPROBE_DEFER"; "": it has none.
std::string errno_name(int error);

// "No such device (ENODEV)"
std::string errno_text(int error);

} // namespace mk
