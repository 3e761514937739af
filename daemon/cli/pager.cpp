// SPDX-License-Identifier: GPL-2.0-only
// Decides whether there is a pager to run, and which.
#include "cli/pager.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "cli/terminal.hpp"

namespace mk::cli {
namespace {

// "" for none.
std::string pager_command() {
    if (const char *chosen = std::getenv("PAGER"); chosen != nullptr)
        return std::string(chosen) == "cat" ? "" : chosen;
    for (const char *less : {"/usr/bin/less", "/bin/less"})
        if (access(less, X_OK) == 0)
            return less;
    return "";
}

bool too_long(const std::string &text) {
    const unsigned rows = terminal_rows();
    return rows > 0 && std::count(text.begin(), text.end(), '\n') >= static_cast<long>(rows);
}

} // namespace

void print_paged(const std::string &text, bool allowed) {
    if (allowed && is_terminal(stdout) && too_long(text)) {
        const std::string command = pager_command();
        // quit if it fits, keep colours, leave the screen as it is: what the table is made for
        setenv("LESS", "FRX", 0);
        if (FILE *pager = command.empty() ? nullptr : popen(command.c_str(), "w")) {
            // a pager that is left before the end is no failure
            std::signal(SIGPIPE, SIG_IGN);
            std::fwrite(text.data(), 1, text.size(), pager);
            pclose(pager);
            return;
        }
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

} // namespace mk::cli
