// SPDX-License-Identifier: GPL-2.0-only
// D-Bus carries UTF-8 only, modules may say anything.
#pragma once

#include <string>

namespace mk::bus {

// The text, with "?" for each byte that is not ASCII when it is not UTF-8 as a whole, and no NUL.
std::string utf8(std::string text);

} // namespace mk::bus
