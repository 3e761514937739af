// SPDX-License-Identifier: GPL-2.0-only
// Text of an errno with its name, as manuals have it.
#pragma once

#include <cstring>
#include <string>

namespace mk {

// "No such device (ENODEV)"
inline std::string errno_text(int error) {
    const char *name = strerrorname_np(error);
    std::string text = std::strerror(error);
    return name ? text + " (" + name + ")" : text;
}

} // namespace mk
