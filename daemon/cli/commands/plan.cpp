// SPDX-License-Identifier: GPL-2.0-only
// modkeeper plan: what a load would do, without the daemon and without doing it.
#include "cli/load_target.hpp"
#include "cli/output/plan_report.hpp"

namespace mk::cli {
namespace {

struct PlanArguments {
    std::vector<std::string> words;
    bool ignore_loaded = false;
    bool ignore_blacklist = false;
    bool ignore_install = false;
    bool no_check = false;
    Machine machine;
};

Ended plan(const Invocation &invocation, const PlanArguments &arguments) {
    LoadRequest request;
    // no name has a '='
    for (const std::string &word : arguments.words)
        if (word.find('=') == std::string::npos || request.targets.empty())
            request.targets.push_back(absolute_target(word));
        else
            request.parameters.push_back(word);
    request.ignore_loaded = arguments.ignore_loaded;
    request.ignore_blacklist = arguments.ignore_blacklist;
    request.ignore_install = arguments.ignore_install;
    auto places = places_of(arguments.machine);
    if (!places)
        return Failure{places.error()};
    return report_plan(invocation, request, {!arguments.no_check, std::move(places.value())});
}

} // namespace

void add_plan(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "plan", "Show what a load would do, and what would fail",
                    "  modkeeper plan nfsv4\n"
                    "  modkeeper plan --ignore-loaded ext4 --json\n"
                    "  modkeeper plan ./mydriver.ko debug=1\n"
                    "  modkeeper plan --root / --kernel \"$(uname -r)\" --ignore-loaded ext4");
    const auto arguments = std::make_shared<PlanArguments>();
    command.some_arguments(
        "NAME|FILE", arguments->words,
        "Names, aliases or files; after a single one also its parameters, name=value each",
        Offer::ModulesAndParameters);
    command.flag("--ignore-loaded", arguments->ignore_loaded, "Plan as if no module were loaded");
    command.flag("--ignore-blacklist", arguments->ignore_blacklist,
                 "Plan as if modprobe.d had no blacklist");
    command.flag("--ignore-install", arguments->ignore_install,
                 "Ignore the install commands and softdeps of the named modules");
    command.flag("--no-check", arguments->no_check,
                 "Show only the order: do not check whether the kernel would accept the files");
    command.machine(arguments->machine);
    command.runs([&invocation, arguments] { return plan(invocation, *arguments); });
}

} // namespace mk::cli
