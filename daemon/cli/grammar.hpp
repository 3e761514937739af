// SPDX-License-Identifier: GPL-2.0-only
// Grammar of the command line, for completion.
#pragma once

#include "cli/completion.hpp"

namespace CLI {
class App;
}

namespace mk::cli {

// The parser's record of what to offer.
const char *name_of(Offer offer);

// Without hidden commands.
Grammar grammar_of(const CLI::App &app);

} // namespace mk::cli
