// SPDX-License-Identifier: GPL-2.0-only
// Write to a descriptor until everything is written.
#pragma once

#include <string_view>

namespace mk {

// Continues after a signal. 0 or errno; a part may have been written then.
int write_all(int fd, std::string_view bytes);

} // namespace mk
