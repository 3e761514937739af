// SPDX-License-Identifier: GPL-2.0-only
// The answer to "why" in sentences.
#pragma once

#include <string>
#include <vector>

#include "explain/why.hpp"

namespace mk {

// Each with its period: how it is now, and of a failure the cause; who did it; what shows it; what
// to do.
std::vector<std::string> sentences_of(const Why &why);

} // namespace mk
