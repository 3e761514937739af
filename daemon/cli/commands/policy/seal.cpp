// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy seal: nothing changes the policy any more until the machine is rebooted.
#include <fmt/format.h>

#include "cli/commands/policy/policy.hpp"
#include "cli/yes_no.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

struct Asked {
    bool yes = false;
};

std::string question_of(const driver::InstalledPolicy &policy) {
    return fmt::format(
        "Nothing will change the {} of the policy, nor its modes, until the machine is "
        "rebooted, and the driver cannot be unloaded or updated until then.\n"
        "Seal it? [y/N] ",
        counted(policy.rules.size(), "rule"));
}

Ended seal(const Invocation &invocation, const Asked &asked) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    if (policy.value().is_there && !policy.value().is_sealed && !asked.yes) {
        if (!can_ask(invocation))
            return Failure{{ErrorCode::InvalidArgument,
                            "nothing was sealed, because it lasts until the machine is rebooted; "
                            "--yes says that it may"},
                           "modkeeper policy seal --yes"};
        if (!says_yes(question_of(policy.value())))
            return Failure{{ErrorCode::Canceled, "nothing was sealed"}};
    }
    const auto generation = client.seal();
    if (!generation)
        return Failure{generation.error()};
    if (invocation.json)
        std::fputs(
            json_text(object({{"result", "sealed"}, {"policy_generation", generation.value()}}))
                .c_str(),
            stdout);
    else if (!invocation.quiet)
        fmt::print("the policy is sealed until the machine is rebooted\n");
    return ExitCode::Ok;
}

} // namespace

void add_policy_seal(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "seal", "Keep the policy as it is until the next boot",
        "  modkeeper policy seal\n"
        "  modkeeper policy seal --yes\n"
        "\n"
        "Neither rules nor modes can be changed, and temporary permissions neither given "
        "nor revoked, until the machine is rebooted. modkeeper.policy_mode=off on the "
        "kernel's command line gets back a machine whose policy denies too much. Root who "
        "unloads the driver by force, or writes the memory of the kernel, is not kept "
        "from it. At a terminal it asks; elsewhere it refuses, unless --yes is given.");
    const auto asked = std::make_shared<Asked>();
    command.flag("-y,--yes", asked->yes, "Do not ask");
    command.quiet();
    command.runs([&invocation, asked] { return seal(invocation, *asked); });
}

} // namespace mk::cli
