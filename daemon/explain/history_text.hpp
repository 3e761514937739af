// SPDX-License-Identifier: GPL-2.0-only
// The story of a load in sentences.
#pragma once

#include <string>
#include <vector>

#include "explain/load_history.hpp"
#include "kmod/modalias.hpp"

namespace mk {

// In the order in which it happened, each a sentence with its period; the first says how it is now.
// @loaded: is it in the kernel now, whatever was recorded?
std::vector<std::string> sentences_of(const LoadHistory &story,
                                      const std::vector<MatchingDevice> &devices, bool loaded);

} // namespace mk
