// SPDX-License-Identifier: GPL-2.0-only
// "Did you mean": the known name that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

// "" if nothing is similar enough for a typing mistake.
std::string nearest(std::string_view typed, const std::vector<std::string> &known);

} // namespace mk
