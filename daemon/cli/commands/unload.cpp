// SPDX-License-Identifier: GPL-2.0-only
// modkeeper unload: asks the daemon to unload modules.
#include "cli/diagnostics.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/next_step.hpp"

namespace mk::cli {
namespace {

struct UnloadArguments {
    std::vector<std::string> names;
    bool with_dependents = false;
    bool with_unused_dependencies = false;
    bool force = false;
    bool no_block = false;
    int wait = 0;
    int timeout = 0;
};

JobOptions options_of(const UnloadArguments &arguments) {
    JobOptions options;
    const std::pair<const char *, bool> all[] = {
        {"with-dependents", arguments.with_dependents},
        {"with-unused-dependencies", arguments.with_unused_dependencies},
        {"force", arguments.force}};
    for (const auto &[name, on] : all)
        if (on)
            options.flags.push_back(name);
    options.wait = time_of(arguments.wait);
    options.timeout = time_of(arguments.timeout);
    return options;
}

Ended unload(const Invocation &invocation, const UnloadArguments &arguments) {
    auto client = JobClient::connect(!invocation.no_ask_password);
    if (!client)
        return Failure{client.error()};
    if (arguments.force)
        note("a forced unload removes code that may be running: the kernel may crash, and stays "
             "tainted until the next boot");
    if (arguments.no_block)
        return tell_started(
            invocation, client.value().start("unload", arguments.names, {}, options_of(arguments)));
    const auto done = client.value().unload(arguments.names, options_of(arguments));
    if (done)
        return tell_done(invocation, done.value(), "unloaded");
    const Error &error = done.error();
    Failure failure{error, next_step_after(error, {"unload", arguments.names})};
    // there was something to do, but it cannot be done
    if (error.code == ErrorCode::BuiltIn)
        failure.status = ExitCode::Failed;
    return failure;
}

} // namespace

void add_unload(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "unload", "Unload modules that are not in use",
                    "  modkeeper unload dummy\n"
                    "  modkeeper unload --with-dependents udp_tunnel\n"
                    "  modkeeper unload --wait 10 mydriver\n"
                    "  modkeeper unload --no-block dummy\n"
                    "  modkeeper unload dummy --json || echo \"exit status $?\"");
    const auto arguments = std::make_shared<UnloadArguments>();
    command.some_arguments("NAME", arguments->names, "Names of loaded modules", Offer::Loaded);
    command.flag("--with-dependents", arguments->with_dependents,
                 "First unload the modules that use it");
    command.flag("-r,--with-unused-dependencies", arguments->with_unused_dependencies,
                 "Then unload the modules that only it used");
    command.seconds("--wait", arguments->wait, "Wait up to this long until nothing uses it");
    command.flag("--force", arguments->force,
                 "Unload it even if it is in use (may crash the kernel)");
    command.flag("--no-block", arguments->no_block, no_block_text);
    add_timeout(command, arguments->timeout);
    command.quiet();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return unload(invocation, *arguments); });
}

} // namespace mk::cli
