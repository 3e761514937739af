// SPDX-License-Identifier: GPL-2.0-only
// Question at a terminal that is answered by yes or no.
#pragma once

#include <string>

namespace mk::cli {

struct Invocation;

// Is somebody there who reads a question and types an answer?
bool can_ask(const Invocation &invocation);
// Prints the question; anything but a yes is a no. Only where can_ask().
bool says_yes(const std::string &question);

} // namespace mk::cli
