// SPDX-License-Identifier: GPL-2.0-only
// What a command is: options it adds to the command line, and what it runs when it was chosen. Each
// one has a file of its own. Only command_line.cpp, grammar.cpp and describe.cpp
// know the parser behind it.
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
    std::vector<std::string> words; // as they were typed, behind "modkeeper"
    bool json = false;
    bool no_pager = false;
    bool no_legend = false;
    bool quiet = false;
    bool no_ask_password = false;
    std::string host; // for the help: what it says was taken before the rest is looked at
    // set by the command that was chosen
    std::function<Ended()> run;
};

// One command as it is put on the command line. The values that its options fill have to live until
// it runs; @runs keeps them.
class Command {
  public:
    // With --json; the examples go below its help.
    Command(CLI::App &app, Invocation &invocation, const char *name, const char *description,
            const char *examples);

    // One that has to be there.
    void argument(const char *title, std::string &value, const char *description,
                  Offer offer = Offer::Modules);
    // One that may be left out.
    void optional(const char *title, std::string &value, const char *description,
                  Offer offer = Offer::Modules);
    // Any number, none too.
    void arguments(const char *title, std::vector<std::string> &values, const char *description,
                   Offer offer = Offer::Modules);
    // At least one.
    void some_arguments(const char *title, std::vector<std::string> &values,
                        const char *description, Offer offer = Offer::Modules);
    // @needs: another flag that it makes no sense without.
    void flag(const char *names, bool &on, const char *description, const char *needs = nullptr);
    // One with a value, such as "--module" GLOB.
    void option(const char *name, const char *title, std::string &value, const char *description);
    // One of a few words.
    void choice(const char *name, const std::vector<std::string> &words, std::string &value,
                const char *description);
    // Several of them, with a comma between; they are looked at where they are used.
    void choices(const char *name, const char *title, const std::vector<std::string> &words,
                 std::string &value, const char *description);
    // A number from 1.
    void count(const char *name, int &value, const char *description);
    void seconds(const char *name, int &value, const char *description);
    // --root and --kernel, for those that read files and need no running kernel
    void machine(Machine &machine);
    // --root alone, for those to whom all kernels are the same
    void root(Machine &machine);
    // --no-pager, for commands whose output may be long
    void no_pager();
    // --no-legend, for those that print titles above it
    void no_legend();
    // --quiet, for those whose exit status says what a script has to know
    void quiet();
    // --no-ask-password, for those that polkit may have a question about
    void no_ask_password();

    void runs(std::function<Ended()> run);

  private:
    CLI::App *command_;
    Invocation &invocation_;
};

void add_list(CLI::App &app, Invocation &invocation);
void add_info(CLI::App &app, Invocation &invocation);
void add_load(CLI::App &app, Invocation &invocation);
void add_unload(CLI::App &app, Invocation &invocation);
void add_reload(CLI::App &app, Invocation &invocation);
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

// Every command and option, or of the commands only the one that is called @only: putting together
// all of them takes longer than most of them run. Both have to live as long as either is used.
void put_together(CLI::App &app, Invocation &invocation, std::string_view only = {});

// The whole command line: parses, runs the command, returns the exit status.
int run_modkeeper(int argc, char **argv);

} // namespace mk::cli
