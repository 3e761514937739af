// SPDX-License-Identifier: GPL-2.0-only
// Writing to a descriptor until everything is written.
#pragma once

#include <string_view>

namespace mk {

// Goes on after a signal. 0 or errno; some may be written then.
int write_all(int fd, std::string_view bytes);

} // namespace mk
