// SPDX-License-Identifier: GPL-2.0-only
// The command line as it was put together, for those who complete words of it.
#pragma once

#include "cli/completion.hpp"

namespace CLI {
class App;
}

namespace mk::cli {

// How the parser remembers what is to be offered.
const char *name_of(Offer offer);

// Without hidden commands.
Grammar grammar_of(const CLI::App &app);

} // namespace mk::cli
