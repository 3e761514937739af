// SPDX-License-Identifier: GPL-2.0-only
// modkeeper load: asks the daemon to load a module by name, alias or file.
#include "cli/change.hpp"
#include "cli/load_target.hpp"
#include "cli/manager_client.hpp"

namespace mk::cli {
namespace {

struct LoadArguments {
    std::string target;
    std::vector<std::string> parameters;
    LoadOptions options;
    int timeout = default_timeout_seconds;
};

std::string hint_for(const Error &error, const LoadArguments &arguments) {
    switch (error.code) {
    case ErrorCode::NotAuthorized:
        return "sudo modkeeper load " + arguments.target;
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
        return "modkeeper info " + arguments.target;
    case ErrorCode::Timeout:
        return "modkeeper info " + arguments.target + "   (the load may still go on)";
    default:
        return "";
    }
}

ExitCode load(const Invocation &invocation, const LoadArguments &arguments) {
    auto client = ManagerClient::connect();
    if (!client)
        return tell_failed(invocation, client.error(), "");
    const auto name =
        client.value().load(absolute_target(arguments.target), arguments.parameters,
                            arguments.options, std::chrono::seconds(arguments.timeout));
    if (!name)
        return tell_failed(invocation, name.error(), hint_for(name.error(), arguments));
    return tell_done(invocation, name.value(), "loaded");
}

} // namespace

void add_load(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "load", "Load a module, with what it depends on",
                    "  modkeeper load wireguard\n"
                    "  modkeeper load dummy numdummies=3\n"
                    "  modkeeper load ./mydriver.ko debug=1\n"
                    "  modkeeper load pci:v00008086d000010D3sv*");
    const auto arguments = std::make_shared<LoadArguments>();
    command.argument("NAME|FILE", arguments->target,
                     "A name, an alias, or a file (with a \"/\" or ending in .ko, .ko.gz, ...)");
    command.arguments("PARAMETERS", arguments->parameters,
                      "Parameters of the module, name=value each");
    command.flag("--force-vermagic", arguments->options.force_vermagic,
                 "Load it though it was built for another kernel (may crash this one)");
    command.flag("--force-modversions", arguments->options.force_modversions,
                 "Load it though versions of symbols differ (may crash the kernel)");
    command.flag("--ignore-blacklist", arguments->options.ignore_blacklist,
                 "Load it though modprobe.d has it on the blacklist");
    command.seconds("--timeout", arguments->timeout, timeout_description);
    command.runs([&invocation, arguments] { return load(invocation, *arguments); });
}

} // namespace mk::cli
