// SPDX-License-Identifier: GPL-2.0-only
// A program that is started and waited for.
#pragma once

#include <string>
#include <vector>

namespace mk::bench {

// What it says goes to a file: a terminal would be slower than what is measured. Throws
// std::runtime_error when it cannot be started or fails.
void run(const std::vector<std::string> &words);

} // namespace mk::bench
