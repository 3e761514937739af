// SPDX-License-Identifier: GPL-2.0-only
// modkeeper load: asks the daemon to load modules by name, alias or file.
#include "base/clock.hpp"
#include "cli/early_check.hpp"
#include "cli/load_target.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/next_step.hpp"
#include "cli/output/plan_report.hpp"
#include "cli/what_changed.hpp"

namespace mk::cli {
namespace {

struct LoadArguments {
    std::string target;
    std::vector<std::string> others; // parameters, or with --all more targets
    bool all = false;
    bool dry_run = false;
    bool keep_going = false;
    bool force_vermagic = false;
    bool force_modversions = false;
    bool ignore_blacklist = false;
    bool ignore_install = false;
    bool needed = false;
    bool no_block = false;
    int timeout = 0;
};

Attempt attempt_of(const LoadArguments &arguments) {
    return {
        "load", {arguments.target}, arguments.all ? std::vector<std::string>() : arguments.others};
}

LoadRequest request_of(const LoadArguments &arguments) {
    LoadRequest request;
    request.targets = {absolute_target(arguments.target)};
    if (arguments.all)
        for (const std::string &other : arguments.others)
            request.targets.push_back(absolute_target(other));
    else
        request.parameters = arguments.others;
    request.several = arguments.all;
    request.force_vermagic = arguments.force_vermagic;
    request.force_modversions = arguments.force_modversions;
    request.ignore_blacklist = arguments.ignore_blacklist;
    request.ignore_install = arguments.ignore_install;
    request.keep_going = arguments.keep_going;
    return request;
}

JobOptions options_of(const LoadArguments &arguments) {
    JobOptions options;
    const std::pair<const char *, bool> all[] = {{"force-vermagic", arguments.force_vermagic},
                                                 {"force-modversions", arguments.force_modversions},
                                                 {"ignore-blacklist", arguments.ignore_blacklist},
                                                 {"ignore-install", arguments.ignore_install},
                                                 {"keep-going", arguments.keep_going}};
    for (const auto &[name, on] : all)
        if (on)
            options.flags.push_back(name);
    options.timeout = time_of(arguments.timeout);
    return options;
}

// It is already there, as wanted.
bool is_there(const Error &error) {
    return error.code == ErrorCode::AlreadyLoaded || error.code == ErrorCode::BuiltIn;
}

Ended load_now(const Invocation &invocation, const LoadArguments &arguments, JobClient &client,
               const LoadRequest &request) {
    const auto begun = clock_ns(CLOCK_REALTIME);
    Result<JobClient::Names> loaded = JobClient::Names();
    if (arguments.all) {
        loaded = client.load_all(request.targets, options_of(arguments));
    } else {
        const auto name =
            client.load(request.targets.front(), request.parameters, options_of(arguments));
        loaded = name ? Result(JobClient::Names{name.value()}) : name.error();
    }
    if (!loaded && is_there(loaded.error()) && arguments.needed) {
        note(loaded.error().message);
        return tell_done(invocation, {}, "unchanged");
    }
    if (!loaded)
        tell_what_changed(loaded.error(), begun);
    if (!loaded)
        return Failure{loaded.error(), next_step_after(loaded.error(), attempt_of(arguments))};
    if (!loaded.value().empty())
        return tell_done(invocation, loaded.value(), "loaded");
    note("nothing to do: all of them are already loaded");
    const ExitCode told = tell_done(invocation, {}, "unchanged");
    return arguments.needed ? told : ExitCode::NothingToDo;
}

Ended load(const Invocation &invocation, const LoadArguments &arguments) {
    const auto request = request_of(arguments);
    if (arguments.dry_run)
        return report_plan(invocation, request);
    if (const auto checked = check_early(request); !checked)
        return Failure{checked.error(), next_step_after(checked.error(), attempt_of(arguments))};
    auto client = JobClient::connect(!invocation.no_ask_password);
    if (!client)
        return Failure{client.error()};
    if (arguments.no_block)
        return tell_started(invocation,
                            client.value().start("load", request.targets, request.parameters,
                                                 options_of(arguments)));
    return load_now(invocation, arguments, client.value(), request);
}

} // namespace

void add_load(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "load", "Load a module and its dependencies",
                    "  modkeeper load wireguard\n"
                    "  modkeeper load dummy numdummies=3\n"
                    "  modkeeper load ./mydriver.ko debug=1\n"
                    "  modkeeper load pci:v00008086d000010D3sv00000000sd00000000bc02sc00i00\n"
                    "  modkeeper load --all loop dummy nbd\n"
                    "  modkeeper load --needed dummy\n"
                    "  modkeeper load --no-block wireguard\n"
                    "  modkeeper load --dry-run nfsv4\n"
                    "\n"
                    "Exit status 7: it was already loaded, or is built in (0 with --needed).");
    const auto arguments = std::make_shared<LoadArguments>();
    command.argument(
        "NAME|FILE", arguments->target,
        "A module name, an alias, or a file (\"/...\", \"./...\", or ending in .ko, .ko.gz, ...)");
    command.arguments("PARAMETERS", arguments->others,
                      "Module parameters, name=value each; with --all: more modules",
                      Offer::Parameters);
    command.flag("-a,--all", arguments->all,
                 "Take every argument as a module, and load them together");
    command.flag("--needed", arguments->needed,
                 "Exit with status 0 if it is already loaded or built in");
    command.flag("-n,--dry-run", arguments->dry_run,
                 "Only show what would be done, and what would fail");
    command.flag("--keep-going", arguments->keep_going,
                 "If something fails, do not unload what was already loaded for it");
    command.flag("--force-vermagic", arguments->force_vermagic,
                 "Load it even if it was built for another kernel (may crash this one)");
    command.flag("--force-modversions", arguments->force_modversions,
                 "Load it even if symbol versions differ (may crash the kernel)");
    command.flag("--ignore-blacklist", arguments->ignore_blacklist,
                 "Load it even if modprobe.d blacklists it");
    command.flag(
        "--ignore-install", arguments->ignore_install,
        "Load the module itself, ignoring its install command in modprobe.d and its softdeps");
    command.flag("--no-block", arguments->no_block, no_block_text);
    add_timeout(command, arguments->timeout);
    command.quiet();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return load(invocation, *arguments); });
}

} // namespace mk::cli
