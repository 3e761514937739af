// SPDX-License-Identifier: GPL-2.0-only
// modkeeper enable, disable, mask and unmask: which modules are loaded at boot, and which are never
// loaded.
#include <fmt/format.h>

#include <optional>

#include "base/text_file.hpp"
#include "cli/client/configuration_client.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/changes_text.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/next_step.hpp"

namespace mk::cli {
namespace {

enum class Now : std::uint8_t { Nothing, Load, Unload };

// One of the four commands: what differs between them.
struct Choice {
    const char *name;
    const char *method;
    const char *description;
    const char *examples;
    bool may_force;
    Now now;
    Offer offer;
};

struct ChoiceArguments {
    std::vector<std::string> names;
    bool force = false;
    bool now = false;
};

Result<void> act(JobClient &manager, Now now, const std::string &name) {
    if (now == Now::Unload)
        TRY(manager.unload({name}, {}));
    else
        TRY(manager.load(name, {}, {}));
    return {};
}

// Whether it is already as wanted.
bool is_settled(const Error &error) {
    return error.code == ErrorCode::AlreadyLoaded || error.code == ErrorCode::NotLoaded ||
           error.code == ErrorCode::BuiltIn;
}

// The first failure is the command's result; the others are still tried, unless the person at the
// terminal has canceled.
std::optional<Failure> act_now(const Invocation &invocation, const Choice &choice,
                               const std::vector<std::string> &names) {
    auto manager = JobClient::connect(!invocation.no_ask_password);
    if (!manager)
        return Failure{manager.error()};
    std::optional<Failure> first;
    const std::string verb = choice.now == Now::Load ? "load" : "unload";
    for (const std::string &name : names) {
        const auto done = act(manager.value(), choice.now, name);
        if (done || is_settled(done.error()))
            continue;
        const bool denied = done.error().code == ErrorCode::NotAuthorized;
        Failure failure{done.error(),
                        fmt::format("{}modkeeper {} {}", denied ? "sudo " : "", verb, name)};
        if (first)
            fail(invocation, failure.error, failure.hint);
        else
            first = std::move(failure);
        if (done.error().code == ErrorCode::Canceled)
            break;
    }
    return first;
}

Result<Changes> ask_daemon(const Invocation &invocation, const Choice &choice,
                           const ChoiceArguments &arguments) {
    auto client = TRY(ConfigurationClient::connect(!invocation.no_ask_password));
    return client.choose(choice.method, arguments.names, arguments.force);
}

Ended choose(const Invocation &invocation, const Choice &choice, const ChoiceArguments &arguments) {
    auto changes = ask_daemon(invocation, choice, arguments);
    if (!changes) {
        const Error &error = changes.error();
        Failure failure{error, next_step_after(error, {choice.name, arguments.names})};
        // a built-in module is always enabled, but cannot be masked
        if (error.code == ErrorCode::BuiltIn && choice.now == Now::Unload)
            failure.status = ExitCode::Failed;
        return failure;
    }
    auto failure = arguments.now ? act_now(invocation, choice, arguments.names) : std::nullopt;
    if (!failure) {
        const ExitCode told = tell_changes(invocation, changes.value());
        return arguments.now ? ExitCode::Ok : told;
    }
    print_changes(invocation, changes.value());
    failure->done = std::move(changes.value());
    return *failure;
}

constexpr Choice enable_choice = {
    "enable",
    "Enable",
    "Load modules at every boot",
    "  modkeeper enable wireguard\n"
    "  modkeeper enable --now br_netfilter overlay\n"
    "\n"
    "Writes one line per module to /etc/modules-load.d/modkeeper.conf, which systemd reads,\n"
    "unless a file enables the module already.\n"
    "\n"
    "Exit status 7: all of them were already enabled.",
    true,
    Now::Load,
    Offer::Modules};

constexpr Choice disable_choice = {
    "disable",
    "Disable",
    "Undo what enable did",
    "  modkeeper disable wireguard\n"
    "  modkeeper disable --now br_netfilter\n"
    "\n"
    "A device, a service or another module may still cause the module to be loaded:\n"
    "\"modkeeper mask\" prevents that.\n"
    "\n"
    "Exit status 7: none of them was enabled.",
    false,
    Now::Unload,
    Offer::Enabled};

constexpr Choice mask_choice = {
    "mask",
    "Mask",
    "Prevent modules from being loaded",
    "  modkeeper mask rds\n"
    "  modkeeper mask --now firewire_ohci\n"
    "\n"
    "Writes two lines per module to /etc/modprobe.d/modkeeper.conf. \"blacklist NAME\" keeps\n"
    "devices and other users of an alias from loading it, but not requests by name or modules\n"
    "that depend on it. \"install NAME /bin/false\" stops these too: a module that depends on it\n"
    "then fails to load.\n"
    "\n"
    "With the driver it also puts a rule into 30-local.rules, as \"modkeeper policy deny\" does,\n"
    "and into force: then insmod, and programs that load module files themselves, cannot load\n"
    "it either. Without the driver, or while the rules cannot be changed, these still can;\n"
    "modprobe can too if the module has softdeps, because it then ignores its install line.\n"
    "mask warns about both. The initramfs can load it until that is rebuilt\n"
    "(update-initramfs -u). A module that is loaded stays loaded unless --now is given.\n"
    "\n"
    "Exit status 7: all of them were already masked.",
    true,
    Now::Unload,
    Offer::Modules};

constexpr Choice unmask_choice = {
    "unmask",
    "Unmask",
    "Undo what mask did",
    "  modkeeper unmask rds\n"
    "\n"
    "Removes only lines and rules that mask wrote, and reports a line in another file.\n"
    "\n"
    "Exit status 7: none of them was masked.",
    false,
    Now::Nothing,
    Offer::Masked};

void add_choice(CLI::App &app, Invocation &invocation, const Choice &choice) {
    Command command(app, invocation, choice.name, choice.description, choice.examples);
    const auto arguments = std::make_shared<ChoiceArguments>();
    command.some_arguments("NAME", arguments->names, "Names of modules", choice.offer);
    if (choice.may_force)
        command.flag("--force", arguments->force, "Accept names of modules that are not installed");
    if (choice.now != Now::Nothing)
        command.flag("--now", arguments->now,
                     choice.now == Now::Load ? "Also load them now" : "Also unload them now");
    command.quiet();
    command.no_ask_password();
    command.runs(
        [&invocation, &choice, arguments] { return choose(invocation, choice, *arguments); });
}

} // namespace

void add_enable(CLI::App &app, Invocation &invocation) {
    add_choice(app, invocation, enable_choice);
}

void add_disable(CLI::App &app, Invocation &invocation) {
    add_choice(app, invocation, disable_choice);
}

void add_mask(CLI::App &app, Invocation &invocation) {
    add_choice(app, invocation, mask_choice);
}

void add_unmask(CLI::App &app, Invocation &invocation) {
    add_choice(app, invocation, unmask_choice);
}

} // namespace mk::cli
