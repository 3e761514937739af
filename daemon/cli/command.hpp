// SPDX-License-Identifier: GPL-2.0-only
// What a command is: options it adds to the command line, and what it runs when it was chosen. Each
// one has a file of its own.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/exit_code.hpp"

namespace mk::cli {

struct Invocation {
    bool json = false;
    bool no_pager = false;
    // set by the command that was chosen
    std::function<ExitCode()> run;
};

void add_list(CLI::App &app, Invocation &invocation);
void add_info(CLI::App &app, Invocation &invocation);
void add_load(CLI::App &app, Invocation &invocation);
void add_unload(CLI::App &app, Invocation &invocation);
void add_events(CLI::App &app, Invocation &invocation);
void add_status(CLI::App &app, Invocation &invocation);

// A command with --json; examples go below its help.
CLI::App *new_command(CLI::App &app, Invocation &invocation, const char *name,
                      const char *description, const char *examples);

// --no-pager, for commands whose output may be long
void add_no_pager(CLI::App &command, Invocation &invocation);

// The whole command line: parses, runs the command, returns the exit status.
int run_modkeeper(int argc, char **argv);

} // namespace mk::cli
