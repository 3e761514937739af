// SPDX-License-Identifier: GPL-2.0-only
// Commands: the options that each adds to the command line, and the function that runs it. Each
// command has a file of its own. Only command_line.cpp, grammar.cpp and describe.cpp use the
// parser.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ended.hpp"
#include "cli/machine.hpp"
#include "cli/offer.hpp"

namespace CLI {
class App;
}

namespace mk::cli {

struct Invocation {
    std::vector<std::string> words; // as typed, after "modkeeper"
    bool json = false;
    bool no_pager = false;
    bool no_legend = false;
    bool quiet = false;
    bool no_ask_password = false;
    std::string host; // for the help: its value is taken before the rest is parsed
    // set by the chosen command
    std::function<Ended()> run;
};

// One command on the command line. The variables that its options fill must live until it runs;
// runs() keeps them.
class Command {
  public:
    // Adds --json; the examples go below its help.
    Command(CLI::App &app, Invocation &invocation, const char *name, const char *description,
            const char *examples);

    // A required argument.
    void argument(const char *title, std::string &value, const char *description,
                  Offer offer = Offer::Modules);
    // An optional argument.
    void optional(const char *title, std::string &value, const char *description,
                  Offer offer = Offer::Modules);
    // Any number of arguments, even none.
    void arguments(const char *title, std::vector<std::string> &values, const char *description,
                   Offer offer = Offer::Modules);
    // One argument or more.
    void some_arguments(const char *title, std::vector<std::string> &values,
                        const char *description, Offer offer = Offer::Modules);
    // @needs: another flag without which it makes no sense.
    void flag(const char *names, bool &on, const char *description, const char *needs = nullptr);
    // An option with a value, such as "--module" GLOB.
    void option(const char *name, const char *title, std::string &value, const char *description);
    // An option whose value is one of a few words.
    void choice(const char *name, const std::vector<std::string> &words, std::string &value,
                const char *description);
    // Several of them, separated by commas; the user of the value checks them.
    void choices(const char *name, const char *title, const std::vector<std::string> &words,
                 std::string &value, const char *description);
    // A number from 1.
    void count(const char *name, int &value, const char *description);
    void seconds(const char *name, int &value, const char *description);
    // --root and --kernel, for commands that read files and need no running kernel
    void machine(Machine &machine);
    // --root alone, for commands to which all kernels are the same
    void root(Machine &machine);
    // --no-pager, for commands whose output may be long
    void no_pager();
    // --no-legend, for commands that print column headings
    void no_legend();
    // --quiet, for commands whose exit status tells a script enough
    void quiet();
    // --no-ask-password, for commands that may need authorisation by polkit
    void no_ask_password();

    void runs(std::function<Ended()> run);

  private:
    CLI::App *command_;
    Invocation &invocation_;
};

// A command that only has commands of its own, which are added to the result.
CLI::App &add_group(CLI::App &app, const char *name, const char *description, const char *examples);

void add_list(CLI::App &app, Invocation &invocation);
void add_info(CLI::App &app, Invocation &invocation);
void add_load(CLI::App &app, Invocation &invocation);
void add_unload(CLI::App &app, Invocation &invocation);
void add_reload(CLI::App &app, Invocation &invocation);
void add_holders(CLI::App &app, Invocation &invocation);
void add_jobs(CLI::App &app, Invocation &invocation);
void add_cancel(CLI::App &app, Invocation &invocation);
void add_plan(CLI::App &app, Invocation &invocation);
void add_events(CLI::App &app, Invocation &invocation);
void add_why(CLI::App &app, Invocation &invocation);
void add_history(CLI::App &app, Invocation &invocation);
void add_status(CLI::App &app, Invocation &invocation);
void add_symbols(CLI::App &app, Invocation &invocation);
void add_check(CLI::App &app, Invocation &invocation);
void add_deps(CLI::App &app, Invocation &invocation);
void add_cat(CLI::App &app, Invocation &invocation);
void add_graph(CLI::App &app, Invocation &invocation);
void add_log(CLI::App &app, Invocation &invocation);
void add_param(CLI::App &app, Invocation &invocation);
void add_enable(CLI::App &app, Invocation &invocation);
void add_disable(CLI::App &app, Invocation &invocation);
void add_mask(CLI::App &app, Invocation &invocation);
void add_unmask(CLI::App &app, Invocation &invocation);
void add_is_enabled(CLI::App &app, Invocation &invocation);
void add_is_masked(CLI::App &app, Invocation &invocation);
void add_drift(CLI::App &app, Invocation &invocation);
void add_apply(CLI::App &app, Invocation &invocation);
void add_doctor(CLI::App &app, Invocation &invocation);
void add_policy(CLI::App &app, Invocation &invocation);

// Adds every command and option, or only the command called @only: adding all of them takes longer
// than most commands run. @app and @invocation must live as long as either is used.
void put_together(CLI::App &app, Invocation &invocation, std::string_view only = {});

// The whole command line: parses, runs the command, returns the exit status.
int run_modkeeper(int argc, char **argv);

} // namespace mk::cli
