// SPDX-License-Identifier: GPL-2.0-only
// printk.h: lines for the kernel's log. Any context.
#pragma once

#include "kapi/kapi.h"

namespace mk {

inline void log_error(const char *text) {
    mk_log_error(text);
}

inline void log_info(const char *text) {
    mk_log_info(text);
}

inline void log_notice(const char *text) {
    mk_log_notice(text);
}

inline bool logs_debug() {
    return mk_logs_debug();
}

// Written only with the module parameter debug.
inline void log_debug(const char *text) {
    mk_log_debug(text);
}

} // namespace mk
