// SPDX-License-Identifier: GPL-2.0-only
// Parser of the command line, and its usage errors.
#include "cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "cli/completion.hpp"
#include "cli/diagnostics.hpp"
#include "cli/grammar.hpp"
#include "cli/remote.hpp"

namespace mk::cli {
namespace {

constexpr const char *about =
    "Manages the kernel modules of this machine, and shows what happened to them.";

constexpr const char *exit_codes =
    "Exit status: 0 ok, 1 failed, 2 usage, 3 not found, 4 denied, 5 busy, 6 timeout,\n"
    "7 nothing to do, 8 daemon not running.\n"
    "\"modkeeper COMMAND --help\" describes a command, with examples.";

// In the order in which the help shows them.
constexpr struct {
    std::string_view name;
    void (*add)(CLI::App &, Invocation &);
} commands[] = {
    {"list", add_list},
    {"info", add_info},
    {"deps", add_deps},
    {"graph", add_graph},
    {"symbols", add_symbols},
    {"check", add_check},
    {"log", add_log},
    {"cat", add_cat},
    {"plan", add_plan},
    {"load", add_load},
    {"unload", add_unload},
    {"reload", add_reload},
    {"holders", add_holders},
    {"jobs", add_jobs},
    {"cancel", add_cancel},
    {"param", add_param},
    {"enable", add_enable},
    {"disable", add_disable},
    {"is-enabled", add_is_enabled},
    {"mask", add_mask},
    {"unmask", add_unmask},
    {"is-masked", add_is_masked},
    {"drift", add_drift},
    {"apply", add_apply},
    {"policy", add_policy},
    {"events", add_events},
    {"why", add_why},
    {"history", add_history},
    {"status", add_status},
    {"doctor", add_doctor},
};

class HelpText : public CLI::Formatter {
  public:
    HelpText() {
        column_width(32);
        label("SUBCOMMAND", "COMMAND");
        label("Positionals", "Arguments");
    }
    std::string make_footer(const CLI::App *app) const override { return app->get_footer() + "\n"; }
};

// The command of @app that was typed; nullptr: none.
const CLI::App *chosen_of(const CLI::App &app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
}

// Usage errors name the command whose help describes the right usage.
Failure usage_error(const CLI::App &app, std::string_view text,
                    const std::string &suggestion = "") {
    std::string help = "modkeeper ";
    for (const CLI::App *command = chosen_of(app); command != nullptr;
         command = chosen_of(*command))
        help += command->get_name() + " ";
    help += "--help";
    const std::string did_you_mean =
        suggestion.empty() ? "" : "; did you mean \"" + suggestion + "\"?";
    return {{ErrorCode::InvalidArgument, std::string(text) + did_you_mean}, help};
}

bool is_command(std::string_view word) {
    return std::any_of(std::begin(commands), std::end(commands),
                       [&](const auto &command) { return command.name == word; });
}

Failure unknown_command(const CLI::App &app, const std::string &word) {
    std::vector<std::string> names;
    for (const auto &command : commands)
        names.emplace_back(command.name);
    return usage_error(app, "unknown command \"" + word + "\"", nearest(word, names));
}

// The names of the commands of one that has only these.
std::vector<std::string> names_within(const CLI::App &group) {
    std::vector<std::string> names;
    for (const CLI::App *command : group.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

// A command that needs one of its own, and got none; nullptr: there is none.
const CLI::App *unfinished(const CLI::App &app) {
    const auto *chosen = chosen_of(app);
    return chosen != nullptr && !names_within(*chosen).empty() && chosen_of(*chosen) == nullptr
               ? chosen
               : nullptr;
}

Failure unknown_argument(const CLI::App &app, const std::string &word) {
    if (const auto *group = unfinished(app); group != nullptr && !word.starts_with('-'))
        return usage_error(app, "unknown command \"" + group->get_name() + " " + word + "\"",
                           nearest(word, names_within(*group)));
    if (!word.starts_with('-'))
        return usage_error(app, "unexpected argument \"" + word + "\"");
    std::vector<std::string> names;
    const auto add = [&](const CLI::App *from) {
        for (const CLI::Option *option : from->get_options())
            for (const std::string &name : option->get_lnames())
                names.push_back("--" + name);
    };
    add(&app);
    for (const CLI::App *command = chosen_of(app); command != nullptr;
         command = chosen_of(*command))
        add(command);
    const std::string option = word.substr(0, word.find('='));
    return usage_error(app, "unknown option " + option, nearest(option, names));
}

// An omitted value stands for everything, or for this machine: a script whose variable is empty
// means something else.
CLI::Validator not_empty() {
    return {[](const std::string &given) -> std::string {
                return given.empty() ? "it is empty; leave it out instead" : "";
            },
            ""};
}

CLI::Validator number_up_to(int most) {
    return {[most](const std::string &given) -> std::string {
                int number = 0;
                const char *end = given.data() + given.size();
                const auto read = std::from_chars(given.data(), end, number);
                const bool fits =
                    read.ec == std::errc() && read.ptr == end && number >= 1 && number <= most;
                return fits ? ""
                            : quote(given) + " is not a number from 1 to " + std::to_string(most);
            },
            ""};
}

// Replaces the parser's messages, which are not for people.
std::string reason_of(const CLI::ParseError &error) {
    std::string text = error.what();
    if (error.get_name() == "ArgumentMismatch")
        return text.substr(0, text.find(':')) + " needs a value";
    // "Could not convert: --json = x", of a flag
    const auto flag = text.find("--"), value = text.find(" = ");
    if (error.get_name() == "ConversionError" && flag < value)
        return text.substr(flag, value - flag) + " takes no value";
    return text;
}

// Failure to write output is an error, unless its reader has left.
int finished(const Invocation &invocation, const Ended &ended) {
    const ExitCode code = tell(invocation, ended);
    if (const int error = finish_output(); error != 0 && error != EPIPE) {
        complain(std::string("cannot write the output: ") + std::strerror(error));
        return static_cast<int>(ExitCode::Failed);
    }
    return static_cast<int>(code);
}

// Prints the candidates for the last word, one per line, and returns 1 if it may be a file as well.
// For shells: not a command for people.
ExitCode complete(const CLI::App &app, const std::vector<std::string> &words) {
    auto typed = words.begin() + 1;
    if (typed != words.end() && *typed == "--")
        ++typed;
    const auto candidates =
        completions(grammar_of(app), {typed, words.end()}, names_of_this_machine());
    for (const std::string &word : candidates.words)
        // a shell displays it, and pastes it into a command line
        if (printable(word) == word)
            std::puts(word.c_str());
    return candidates.files ? ExitCode::Failed : ExitCode::Ok;
}

// Known before the rest of the command line is parsed, and even if that is invalid.
bool asks_for_json(const std::vector<std::string> &words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::find(words.begin(), end, "--json") != end;
}

// Parses the typed words for @app, and runs the command.
Ended run_parsed(CLI::App &app, const Invocation &invocation, int argc, char **argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        std::fputs(app.help().c_str(), stdout);
        return ExitCode::Ok;
    } catch (const CLI::CallForVersion &) {
        std::puts("modkeeper " MODKEEPER_VERSION);
        return ExitCode::Ok;
    } catch (const CLI::ExtrasError &) {
        return unknown_argument(app, app.remaining(true).front());
    } catch (const CLI::RequiredError &error) {
        const auto unknown = app.remaining(true);
        if (!unknown.empty())
            return unknown_argument(app, unknown.front());
        if (const auto *group = unfinished(app))
            return usage_error(app, "\"" + group->get_name() +
                                        "\" needs a command: " + join(names_within(*group)));
        return usage_error(app, error.what());
    } catch (const CLI::ParseError &error) {
        return usage_error(app, reason_of(error));
    }
    hush(invocation.quiet);
    return invocation.run();
}

Ended run_words(Invocation &invocation, int argc, char **argv) {
    const std::vector<std::string> &words = invocation.words;
    if (const auto call = remote_call(words))
        return run_remote(*call);
    // no option before the command takes a value, so the first word is the command
    const auto word = std::find_if(words.begin(), words.end(), [](const std::string &text) {
        return !text.starts_with('-') || text == "--";
    });
    const bool completes = !words.empty() && words.front() == "complete";
    const bool known = word != words.end() && is_command(*word);
    CLI::App app;
    put_together(app, invocation, known ? std::string_view(*word) : "");
    if (completes)
        return complete(app, words);
    if (word != words.end() && !known)
        return unknown_command(app, *word);
    if (argc == 1)
        return usage_error(app, "no command was given");
    return run_parsed(app, invocation, argc, argv);
}

} // namespace

Command::Command(CLI::App &app, Invocation &invocation, const char *name, const char *description,
                 const char *examples)
    : command_(app.add_subcommand(name, description)), invocation_(invocation) {
    command_->group("Commands");
    command_->add_flag("--json", invocation.json, "Print JSON");
    command_->footer(std::string("Examples:\n") + examples);
}

CLI::App &add_group(CLI::App &app, const char *name, const char *description,
                    const char *examples) {
    auto *group = app.add_subcommand(name, description);
    group->group("Commands");
    group->require_subcommand(1);
    group->footer(std::string("Examples:\n") + examples);
    return *group;
}

// The text " " keeps the parser's remarks on types and needs out of the help. The invisible type
// tells completion what to offer.
void Command::argument(const char *title, std::string &value, const char *description,
                       Offer offer) {
    command_->add_option(title, value, description)
        ->required()
        ->option_text(" ")
        ->type_name(name_of(offer));
}

void Command::optional(const char *title, std::string &value, const char *description,
                       Offer offer) {
    command_->add_option(title, value, description)
        ->check(not_empty())
        ->option_text(" ")
        ->type_name(name_of(offer));
}

void Command::arguments(const char *title, std::vector<std::string> &values,
                        const char *description, Offer offer) {
    command_->add_option(title, values, description)->option_text(" ")->type_name(name_of(offer));
}

void Command::some_arguments(const char *title, std::vector<std::string> &values,
                             const char *description, Offer offer) {
    command_->add_option(title, values, description)
        ->required()
        ->option_text(" ")
        ->type_name(name_of(offer));
}

void Command::flag(const char *names, bool &on, const char *description, const char *needs) {
    CLI::Option *option = command_->add_flag(names, on, description)->option_text(" ");
    if (needs != nullptr)
        option->needs(needs);
}

void Command::option(const char *name, const char *title, std::string &value,
                     const char *description) {
    command_->add_option(name, value, description)->check(not_empty())->option_text(title);
}

void Command::choice(const char *name, const std::vector<std::string> &words, std::string &value,
                     const char *description) {
    const auto known = [words](const std::string &given) -> std::string {
        if (std::find(words.begin(), words.end(), given) != words.end())
            return "";
        const auto near = nearest(given, words);
        return "\"" + given + "\" is not one of " + join(words) +
               (near.empty() ? "" : "; did you mean \"" + near + "\"?");
    };
    command_->add_option(name, value, description)
        ->check(CLI::Validator(known, ""))
        ->option_text(join(words, "|"));
}

void Command::choices(const char *name, const char *title, const std::vector<std::string> &words,
                      std::string &value, const char *description) {
    command_->add_option(name, value, description)
        ->check(not_empty())
        ->option_text(title)
        ->type_name(join(words, ","));
}

void Command::count(const char *name, int &value, const char *description) {
    constexpr int most = 1'000'000'000;
    command_->add_option(name, value, description)->check(number_up_to(most))->option_text("N");
}

void Command::seconds(const char *name, int &value, const char *description) {
    constexpr int day = 86400;
    command_->add_option(name, value, description)
        ->check(number_up_to(day))
        ->option_text("SECONDS");
}

void Command::root(Machine &machine) {
    command_
        ->add_option("-d,--root", machine.root,
                     "Use the files below this directory, such as a mounted image")
        ->check(not_empty())
        ->option_text("DIRECTORY");
}

void Command::machine(Machine &machine) {
    root(machine);
    command_
        ->add_option("-S,-k,--kernel", machine.kernel,
                     "Use this installed kernel (default: the running one)")
        ->check(not_empty())
        ->option_text("RELEASE");
}

void Command::no_pager() {
    command_->add_flag("--no-pager", invocation_.no_pager, "Do not use a pager");
}

void Command::no_legend() {
    command_->add_flag("--no-legend", invocation_.no_legend, "Do not print column headings");
}

void Command::quiet() {
    command_->add_flag("-q,--quiet", invocation_.quiet, "Print nothing unless something fails");
}

void Command::no_ask_password() {
    command_->add_flag("--no-ask-password", invocation_.no_ask_password,
                       "Fail instead of letting polkit ask for a password");
}

void Command::runs(std::function<Ended()> run) {
    command_->callback(
        [this_run = std::move(run), &invocation = invocation_] { invocation.run = this_run; });
}

void put_together(CLI::App &app, Invocation &invocation, std::string_view only) {
    app.name("modkeeper");
    app.description(about);
    app.formatter(std::make_shared<HelpText>());
    app.set_help_flag("-h,--help", "Show this help");
    app.set_version_flag("--version", "modkeeper " MODKEEPER_VERSION, "Show the version");
    app.add_flag("--json", invocation.json, "Print JSON");
    app.add_option("-H,--host", invocation.host, "Run the command on another machine, over ssh")
        ->option_text("[USER@]HOST");
    app.footer(exit_codes);
    app.require_subcommand(1);
    for (const auto &[name, add] : commands)
        if (only.empty() || only == name)
            add(app, invocation);
}

int run_modkeeper(int argc, char **argv) {
    Invocation invocation;
    invocation.words.assign(argv + std::min(argc, 1), argv + argc);
    invocation.json = asks_for_json(invocation.words);
    hush(false);
    try {
        return finished(invocation, run_words(invocation, argc, argv));
    } catch (const std::exception &error) {
        return finished(invocation, Failure{{ErrorCode::Failed, error.what()}});
    }
}

} // namespace mk::cli
