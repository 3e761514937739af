// SPDX-License-Identifier: GPL-2.0-only
#include "cli/yes_no.hpp"

#include <cstdio>

#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"

namespace mk::cli {
namespace {

// The first line that is typed; "" at the end of the input.
std::string typed_line() {
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
        line += static_cast<char>(c);
    return line;
}

} // namespace

bool can_ask(const Invocation &invocation) {
    return !invocation.json && is_terminal(stdin) && is_terminal(stderr);
}

bool says_yes(const std::string &question) {
    (void)finish_output();
    std::fputs(question.c_str(), stderr);
    std::fflush(stderr);
    const auto answer = typed_line();
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

} // namespace mk::cli
