// SPDX-License-Identifier: GPL-2.0-only
// modkeeper is-enabled and is-masked: answers for scripts, read from the files without the daemon.
#include <cstdio>
#include <functional>
#include <optional>

#include "base/module_name.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/modules_load.hpp"

namespace mk::cli {
namespace {

// The line that says so about a module, if there is one.
using Find = std::function<std::optional<Origin>(const ModuleName &module)>;

struct Question {
    const char *name;
    const char *yes;
    const char *no;
    const char *description;
    const char *examples;
    Find (*look)(const ConfigurationPlaces &places); // reads the files
};

void tell_unread(const std::vector<UnreadFile> &files) {
    for (const auto &file : files)
        note("not read: " + file.path + ": " + file.reason);
}

Find find_enabled(const ConfigurationPlaces &places) {
    const auto enabled = std::make_shared<EnabledModules>(EnabledModules::read(places));
    tell_unread(enabled->unread);
    return [enabled](const ModuleName &module) -> std::optional<Origin> {
        const auto lines = enabled->of(module);
        return lines.empty() ? std::nullopt : std::optional(lines.front().origin);
    };
}

Find find_masked(const ConfigurationPlaces &places) {
    const auto modprobe =
        std::make_shared<ModprobeConfiguration>(ModprobeConfiguration::read(places));
    tell_unread(modprobe->unread());
    return [modprobe](const ModuleName &module) -> std::optional<Origin> {
        const auto line = modprobe->blocking_install(module);
        return line ? std::optional(line->origin) : std::nullopt;
    };
}

// As systemctl does: 0 if at least one of them is, and a line for each.
Ended ask(const Invocation &invocation, const Question &question, const Machine &machine,
          const std::vector<std::string> &names) {
    for (const std::string &name : names)
        if (const auto valid = check_name(name); !valid)
            return Failure{valid.error()};
    const auto places = places_of(machine, false);
    if (!places)
        return Failure{places.error()};
    const Find find = question.look(places.value());
    Json list = Json::array();
    bool any = false;
    for (const std::string &name : names) {
        const ModuleName module(name);
        const auto origin = find(module);
        any = any || origin;
        const char *state = origin ? question.yes : question.no;
        list.push_back(object({{"module", module},
                               {"state", state},
                               {"where", origin ? Json(origin->text()) : Json()}}));
        if (!invocation.json && !invocation.quiet)
            std::puts(state);
    }
    if (invocation.json)
        std::fputs(json_text(list).c_str(), stdout);
    return any ? ExitCode::Ok : ExitCode::Failed;
}

constexpr Question enabled_question = {
    "is-enabled",
    "enabled",
    "disabled",
    "Check whether modules are loaded at every boot",
    "  modkeeper is-enabled wireguard || echo no\n"
    "  modkeeper is-enabled --quiet wireguard || modkeeper enable wireguard\n"
    "  modkeeper is-enabled wireguard --json | jq -r '.[].where'\n"
    "\n"
    "Reads modules-load.d and the kernel command line.\n"
    "\n"
    "Exit status 0: at least one of them is enabled; 1: none is.",
    find_enabled};

constexpr Question masked_question = {
    "is-masked",
    "masked",
    "unmasked",
    "Check whether modules are masked",
    "  modkeeper is-masked rds || echo no\n"
    "  modkeeper is-masked rds sctp --json | jq -r '.[].state'\n"
    "\n"
    "A module is masked if its install line in modprobe.d loads nothing, no matter who wrote\n"
    "that line. A blacklist line alone does not mask it.\n"
    "\n"
    "Exit status 0: at least one of them is masked; 1: none is.",
    find_masked};

void add_question(CLI::App &app, Invocation &invocation, const Question &question) {
    Command command(app, invocation, question.name, question.description, question.examples);
    const auto names = std::make_shared<std::vector<std::string>>();
    const auto machine = std::make_shared<Machine>();
    command.some_arguments("NAME", *names, "Names of modules");
    command.quiet();
    command.root(*machine);
    command.runs([&invocation, &question, machine, names] {
        return ask(invocation, question, *machine, *names);
    });
}

} // namespace

void add_is_enabled(CLI::App &app, Invocation &invocation) {
    add_question(app, invocation, enabled_question);
}

void add_is_masked(CLI::App &app, Invocation &invocation) {
    add_question(app, invocation, masked_question);
}

} // namespace mk::cli
