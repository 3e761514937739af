// SPDX-License-Identifier: GPL-2.0-only
// modkeeper unload: asks the daemon to unload a module.
#include "cli/change.hpp"
#include "cli/manager_client.hpp"
#include "engine/catalog.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/suggestion.hpp"

namespace mk::cli {
namespace {

struct UnloadArguments {
    std::string name;
    int timeout = default_timeout_seconds;
};

// A module that is not loaded leaves nothing to do; one that nobody has heard of was not found.
Error not_loaded_or_unknown(const Error &error, const std::string &name) {
    auto catalog = engine::Catalog::create();
    if (!catalog || catalog.value().find(name))
        return error;
    std::vector<std::string> loaded;
    for (engine::LoadedModule &module : engine::LoadedModules().list())
        loaded.push_back(std::move(module.name));
    const std::string near = engine::nearest(name, loaded);
    std::string message = error.message + ", and no module of that name is installed";
    if (!near.empty())
        message += "; did you mean \"" + near + "\"?";
    return {ErrorCode::NotFound, std::move(message)};
}

std::string hint_for(const Error &error, const std::string &name) {
    switch (error.code) {
    case ErrorCode::NotAuthorized:
        return "sudo modkeeper unload " + name;
    case ErrorCode::InUse:
        return "modkeeper info " + name;
    case ErrorCode::Timeout:
        return "modkeeper info " + name + "   (the unload may still go on)";
    default:
        return "";
    }
}

ExitCode unload(const Invocation &invocation, const UnloadArguments &arguments) {
    auto client = ManagerClient::connect();
    if (!client)
        return tell_failed(invocation, client.error(), "");
    const auto done =
        client.value().unload(arguments.name, std::chrono::seconds(arguments.timeout));
    if (done)
        return tell_done(invocation, arguments.name, "unloaded");
    const Error error = done.error().code == ErrorCode::NotLoaded
                            ? not_loaded_or_unknown(done.error(), arguments.name)
                            : done.error();
    const ExitCode status = tell_failed(invocation, error, hint_for(error, arguments.name));
    // there was something to do, and it cannot be done
    return error.code == ErrorCode::BuiltIn ? ExitCode::Failed : status;
}

} // namespace

void add_unload(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "unload", "Unload a module that nobody uses",
                    "  modkeeper unload dummy\n"
                    "  modkeeper unload dummy --json || echo \"exit status $?\"");
    const auto arguments = std::make_shared<UnloadArguments>();
    command.argument("NAME", arguments->name, "Name of a loaded module");
    command.seconds("--timeout", arguments->timeout, timeout_description);
    command.runs([&invocation, arguments] { return unload(invocation, *arguments); });
}

} // namespace mk::cli
