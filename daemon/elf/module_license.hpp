// SPDX-License-Identifier: GPL-2.0-only
// Meaning of a module's declared licence to the kernel.
#pragma once

#include <string_view>

namespace mk {

// Whether it may use symbols that are exported for GPL modules only. The kernel compares whole
// strings: "GPLv2" is not "GPL v2".
bool is_gpl_compatible(std::string_view license);

// A clause for people, such as "the GPL, version 2 only".
std::string_view license_meaning(std::string_view license);

} // namespace mk
