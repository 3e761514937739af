// SPDX-License-Identifier: GPL-2.0-only
// Do two texts mean the same value of a parameter? What is written and what the kernel shows of it
// are rarely the same text: 1 and Y, 0x10 and 16.
#pragma once

#include <string_view>

namespace mk::engine {

// @type as the module declares it, "": not known. Texts of types that are not the kernel's own must
// be the same.
bool same_value(std::string_view type, std::string_view one, std::string_view other);

} // namespace mk::engine
