// SPDX-License-Identifier: GPL-2.0-only
// modkeeper unload: asks the daemon to unload modules, after it has shown what would go with them.
#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <unistd.h>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/json.hpp"
#include "cli/output/loss_text.hpp"
#include "cli/output/next_step.hpp"
#include "cli/unload_consent.hpp"
#include "explain/explain_unload.hpp"
#include "holders/find_holders.hpp"
#include "holders/holder_text.hpp"

namespace mk::cli {
namespace {

struct UnloadArguments {
    std::vector<std::string> names;
    bool with_dependents = false;
    bool with_unused_dependencies = false;
    bool force = false;
    bool dry_run = false;
    bool yes = false;
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

UnloadRequest request_of(const UnloadArguments &arguments) {
    UnloadRequest request;
    request.names = module_names(arguments.names);
    request.with_dependents = arguments.with_dependents;
    request.with_unused_dependencies = arguments.with_unused_dependencies;
    request.force = arguments.force;
    // whoever waits for users does not want to hear of them now
    request.wait_us = static_cast<std::uint64_t>(arguments.wait) * 1'000'000;
    return request;
}

// The options to type again, each with a blank behind it.
std::string options_text(const UnloadArguments &arguments) {
    std::string text;
    if (arguments.with_dependents)
        text += "--with-dependents ";
    if (arguments.with_unused_dependencies)
        text += "-r ";
    if (arguments.force)
        text += "--force ";
    return text;
}

// Of what nobody recorded, or of what this user may not read but the daemon may.
void tell_unknown_purposes(bool is_dry_run) {
    if (geteuid() == 0)
        note(
            "neither the driver nor the journal tells who loaded what: -r unloads all that nothing "
            "uses any more, also what somebody loaded for its own sake");
    else if (is_dry_run)
        note("you may not read who loaded what: of these, those that somebody loaded for their own "
             "sake stay");
}

// root may see more of what holds a module than the daemon, which works with few rights: disks of
// device-mapper, rules of the firewall, programs of BPF, other network namespaces.
Error seen_by_root(const Error &error) {
    if (error.code != ErrorCode::InUse || error.facts.cause != Cause::Held || geteuid() != 0 ||
        error.facts.module.empty())
        return error;
    const auto list = find_holders(ModuleName(error.facts.module));
    if (!list || list.value().references == 0)
        return error;
    UnloadRefusal refusal;
    refusal.module = error.facts.module;
    refusal.error = EWOULDBLOCK;
    refusal.state = LoadState::Live;
    refusal.references = list.value().references;
    refusal.held_by = held_by(list.value());
    return refusal.held_by.clauses.empty() ? error : error_of(diagnose_unload(refusal));
}

Failure failure_of(const Error &given, const UnloadArguments &arguments) {
    const auto error = seen_by_root(given);
    Failure failure{error, next_step_after(error, {"unload", arguments.names})};
    // there was something to do, but it cannot be done
    if (error.code == ErrorCode::BuiltIn)
        failure.status = ExitCode::Failed;
    return failure;
}

Ended show_preview(const Invocation &invocation, const UnloadArguments &arguments) {
    const auto found = preview_here(request_of(arguments));
    if (!found)
        return failure_of(found.error(), arguments);
    const UnloadPreview &preview = found.value();
    if (invocation.json) {
        const Json json = object({{"result", "would-succeed"},
                                  {"modules", preview.plan.modules},
                                  {"losses", json_of(preview.losses)},
                                  {"kept", json_of(preview.plan.kept)}});
        std::fputs(json_text(json).c_str(), stdout);
    } else {
        for (const auto &module : preview.plan.modules)
            std::printf("would unload %s\n%s", printable(module).c_str(),
                        lines_of(losses_with(preview, {module})).c_str());
        for (const auto &kept : preview.plan.kept)
            std::printf("would keep %s: %s\n", printable(kept.module).c_str(),
                        printable(text_of(kept.purpose)).c_str());
    }
    if (!preview.plan.knows_purposes)
        tell_unknown_purposes(true);
    return ExitCode::Ok;
}

// What is known only by comparison with the plan.
void tell_rest(const UnloadPreview &preview, const ModuleNames &unloaded) {
    const auto is_gone = [&](const ModuleName &module) {
        return std::ranges::find(unloaded, module) != unloaded.end();
    };
    if (const auto gone = names_in(losses_with(preview, unloaded)); !gone.empty())
        note("gone with it: " + gone);
    for (const auto &kept : preview.plan.kept)
        if (!is_gone(kept.module))
            note(fmt::format("kept {}: {}", kept.module, text_of(kept.purpose)));
    if (!preview.plan.knows_purposes)
        tell_unknown_purposes(false);
    std::vector<std::string> stayed;
    std::ranges::remove_copy_if(preview.plan.modules, std::back_inserter(stayed), is_gone);
    // a named one that stays is a failure, not this
    if (!stayed.empty())
        note(fmt::format("kept {}: loaded for its own sake, or in use again", join(stayed)));
}

Ended unload(const Invocation &invocation, const UnloadArguments &arguments) {
    if (arguments.dry_run)
        return show_preview(invocation, arguments);
    const auto preview = look_ahead(request_of(arguments));
    if (preview)
        if (auto refused = without_consent(
                invocation, {"unload", arguments.names, options_text(arguments), arguments.yes},
                *preview))
            return std::move(*refused);
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
    if (!done)
        return failure_of(done.error(), arguments);
    const auto status = tell_done(invocation, done.value(), "unloaded");
    if (preview)
        tell_rest(*preview, module_names(done.value()));
    return status;
}

} // namespace

void add_unload(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "unload", "Unload modules that are not in use",
        "  modkeeper unload dummy\n"
        "  modkeeper unload --dry-run -r wireguard\n"
        "  modkeeper unload --with-dependents udp_tunnel\n"
        "  modkeeper unload --wait 10 mydriver\n"
        "  modkeeper unload --no-block dummy\n"
        "  modkeeper unload dummy --json || echo \"exit status $?\"\n"
        "\n"
        "If a network interface is up, a disk in use or the last keyboard would go with "
        "it, it asks; without a terminal it refuses, unless --yes is given.");
    const auto arguments = std::make_shared<UnloadArguments>();
    command.some_arguments("NAME", arguments->names, "Names of loaded modules", Offer::Loaded);
    command.flag("--with-dependents", arguments->with_dependents,
                 "First unload the modules that use it");
    command.flag("-r,--with-unused-dependencies", arguments->with_unused_dependencies,
                 "Then unload the modules that only it used, unless somebody loaded them by name");
    command.flag("-n,--dry-run", arguments->dry_run,
                 "Only show which modules would go, and which interfaces, disks and other devices "
                 "with them");
    command.flag("-y,--yes", arguments->yes,
                 "Do not ask, and unload it even if what goes with it is in use");
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
