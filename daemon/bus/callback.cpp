// SPDX-License-Identifier: GPL-2.0-only
#include "bus/callback.hpp"

#include <cstdio>

namespace mk::bus {

void report_exception(const char *what) noexcept {
    // <3>: systemd enters it as an error
    std::fprintf(stderr, "<3>modkeeperd: one call or event failed: %s\n", what);
}

} // namespace mk::bus
