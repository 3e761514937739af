// SPDX-License-Identifier: GPL-2.0-only
// modkeeper load: asks the daemon to load modules by name, alias or file.
#include <algorithm>

#include "cli/change.hpp"
#include "cli/load_target.hpp"
#include "cli/plan_report.hpp"

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
    int timeout = 0;
};

std::string hint_for(const Error &error, const LoadArguments &arguments) {
    switch (error.code) {
    case ErrorCode::NotAuthorized:
        return "sudo modkeeper load " + arguments.target;
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
    case ErrorCode::Timeout:
        return "modkeeper info " + arguments.target;
    case ErrorCode::AlreadyLoaded:
        return arguments.others.empty() || arguments.all
                   ? ""
                   : "modkeeper reload " + arguments.target + " PARAMETERS";
    default:
        return "";
    }
}

engine::LoadRequest request_of(const LoadArguments &arguments) {
    engine::LoadRequest request;
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

ExitCode load(const Invocation &invocation, const LoadArguments &arguments) {
    const auto request = request_of(arguments);
    if (arguments.dry_run)
        return report_plan(invocation, request);
    auto client = JobClient::connect();
    if (!client)
        return tell_failed(invocation, client.error(), "");
    if (arguments.all) {
        const auto names = client.value().load_all(request.targets, options_of(arguments));
        if (names && names.value().empty())
            return tell_failed(invocation,
                               {ErrorCode::AlreadyLoaded, "all of them are loaded already"}, "");
        return names ? tell_done(invocation, names.value(), "loaded")
                     : tell_failed(invocation, names.error(), hint_for(names.error(), arguments));
    }
    const auto name =
        client.value().load(request.targets.front(), request.parameters, options_of(arguments));
    return name ? tell_done(invocation, {name.value()}, "loaded")
                : tell_failed(invocation, name.error(), hint_for(name.error(), arguments));
}

} // namespace

void add_load(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "load", "Load a module, with what it depends on",
                    "  modkeeper load wireguard\n"
                    "  modkeeper load dummy numdummies=3\n"
                    "  modkeeper load ./mydriver.ko debug=1\n"
                    "  modkeeper load pci:v00008086d000010D3sv00000000sd00000000bc02sc00i00\n"
                    "  modkeeper load --all loop dummy nbd\n"
                    "  modkeeper load --dry-run nfsv4");
    const auto arguments = std::make_shared<LoadArguments>();
    command.argument(
        "NAME|FILE", arguments->target,
        "A name, an alias, or a file (\"/...\", \"./...\", or ending in .ko, .ko.gz, ...)");
    command.arguments("PARAMETERS", arguments->others,
                      "Parameters of the module, name=value each; with --all: more modules");
    command.flag("-a,--all", arguments->all, "All that is given are modules: load them together");
    command.flag("-n,--dry-run", arguments->dry_run,
                 "Only show what would be done, and what would go wrong");
    command.flag("--keep-going", arguments->keep_going,
                 "When something fails, leave loaded what was loaded for it");
    command.flag("--force-vermagic", arguments->force_vermagic,
                 "Load it though it was built for another kernel (may crash this one)");
    command.flag("--force-modversions", arguments->force_modversions,
                 "Load it though versions of symbols differ (may crash the kernel)");
    command.flag("--ignore-blacklist", arguments->ignore_blacklist,
                 "Load it though modprobe.d has it on the blacklist");
    command.flag("--ignore-install", arguments->ignore_install,
                 "Load the module itself, not what an install line of modprobe.d has in its place");
    add_timeout(command, arguments->timeout);
    command.runs([&invocation, arguments] { return load(invocation, *arguments); });
}

} // namespace mk::cli
