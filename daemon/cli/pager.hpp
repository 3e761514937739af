// SPDX-License-Identifier: GPL-2.0-only
// Long output for a person goes through a pager.
#pragma once

#include <string>

namespace mk::cli {

// Writes text to stdout: through $PAGER, or less where it is installed, when allowed, stdout is a
// terminal and the text does not fit on it.
void print_paged(const std::string &text, bool allowed);

} // namespace mk::cli
