// SPDX-License-Identifier: GPL-2.0-only
// modkeeper reload: asks the daemon to load a module again, with the modules that use it.
#include "base/module_name.hpp"
#include "cli/early_check.hpp"
#include "cli/load_target.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/next_step.hpp"
#include "cli/unload_consent.hpp"

namespace mk::cli {
namespace {

struct ReloadArguments {
    std::string name;
    std::vector<std::string> parameters;
    std::string file;
    bool yes = false;
    bool no_block = false;
    int wait = 0;
    int timeout = 0;
};

ReloadRequest request_of(const ReloadArguments &arguments) {
    ReloadRequest request;
    request.name = ModuleName(arguments.name);
    request.parameters = arguments.parameters;
    if (!arguments.file.empty())
        request.path = absolute_target(arguments.file);
    return request;
}

// As typed, for the next step.
std::vector<std::string> words_of(const ReloadArguments &arguments) {
    std::vector<std::string> words = {arguments.name};
    words.insert(words.end(), arguments.parameters.begin(), arguments.parameters.end());
    if (!arguments.file.empty())
        words.insert(words.end(), {"--file", arguments.file});
    return words;
}

Ended reload(const Invocation &invocation, const ReloadArguments &arguments) {
    const auto request = request_of(arguments);
    if (const auto checked = check_early(request); !checked)
        return Failure{checked.error(),
                       next_step_after(checked.error(), {"reload", {arguments.name}})};
    // An interface comes back without what was configured: who is connected through it is cut off.
    if (const auto preview = look_ahead({{request.name},
                                         true,
                                         false,
                                         false,
                                         static_cast<std::uint64_t>(arguments.wait) * 1'000'000}))
        if (auto refused = without_consent(
                invocation, {"reload", words_of(arguments), "", arguments.yes}, *preview))
            return std::move(*refused);
    auto client = JobClient::connect(!invocation.no_ask_password);
    if (!client)
        return Failure{client.error()};
    JobOptions options;
    options.wait = time_of(arguments.wait);
    options.timeout = time_of(arguments.timeout);
    options.file = request.path;
    if (arguments.no_block)
        return tell_started(invocation, client.value().start("reload", {arguments.name},
                                                             arguments.parameters, options));
    const auto name = client.value().reload(arguments.name, arguments.parameters, options);
    if (!name)
        return Failure{name.error(), next_step_after(name.error(), {"reload", {arguments.name}})};
    return tell_done(invocation, {name.value()}, "reloaded");
}

} // namespace

void add_reload(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "reload",
        "Load a module again, with other parameters or from another file",
        "  modkeeper reload dummy numdummies=3\n"
        "  modkeeper reload mydriver --file ./mydriver.ko debug=1\n"
        "\n"
        "Network interfaces come back without addresses and routes: if one is up, it asks; "
        "without a terminal it refuses, unless --yes is given.");
    const auto arguments = std::make_shared<ReloadArguments>();
    command.argument("NAME", arguments->name, "Name of a loaded module", Offer::Loaded);
    command.arguments("PARAMETERS", arguments->parameters,
                      "Parameters for the new load, name=value each, added to those in modprobe.d",
                      Offer::Parameters);
    command.option("--file", "FILE", arguments->file,
                   "Load this file instead of the one it came from");
    command.seconds("--wait", arguments->wait, "Wait up to this long until nothing uses it");
    command.flag("-y,--yes", arguments->yes,
                 "Do not ask, and reload it even if an interface or disk of it is in use");
    command.flag("--no-block", arguments->no_block, no_block_text);
    add_timeout(command, arguments->timeout);
    command.quiet();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return reload(invocation, *arguments); });
}

} // namespace mk::cli
