// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy confirm, rollback: the end of a trial.
#include <fmt/format.h>

#include "cli/commands/policy/policy.hpp"
#include "policy/activation.hpp"

namespace mk::cli {
namespace {

Ended told(const Invocation &invocation, std::uint64_t generation, const char *result,
           const char *text) {
    if (invocation.json)
        std::fputs(
            json_text(object({{"result", result}, {"policy_generation", generation}})).c_str(),
            stdout);
    else if (!invocation.quiet)
        fmt::print("{}\n", text);
    return ExitCode::Ok;
}

Ended confirm(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto kept = policy::confirm_trial(client, {});
    if (!kept && kept.error().code == ErrorCode::NotFound)
        return Failure{kept.error(), "", ExitCode::NothingToDo};
    if (!kept && kept.error().code == ErrorCode::Timeout)
        return Failure{kept.error(), "modkeeper policy apply --rollback 120s"};
    if (auto failure = failure_of(kept))
        return std::move(*failure);
    note_image();
    return told(invocation, kept.value().generation, "confirmed", "the policy stays");
}

Ended roll_back(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto back = policy::roll_trial_back(client, {});
    if (!back &&
        (back.error().code == ErrorCode::Timeout || back.error().code == ErrorCode::NotFound))
        return Failure{back.error(), "", ExitCode::NothingToDo};
    if (!back)
        return Failure{back.error()};
    return told(invocation, back.value(), "rolled-back",
                "the policy before it is back; the rules on disk are still those that were tried");
}

} // namespace

void add_policy_confirm(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "confirm", "Keep the policy that is on trial",
                    "  modkeeper policy apply --rollback 120s\n"
                    "  modkeeper policy confirm\n"
                    "\n"
                    "Exit status 6: it was rolled back already. 7: no policy is on trial.");
    command.quiet();
    command.runs([&invocation] { return confirm(invocation); });
}

void add_policy_rollback(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "rollback", "End the trial: the policy before it is back",
                    "  modkeeper policy apply --rollback 120s\n"
                    "  modkeeper policy rollback\n"
                    "\n"
                    "The rules on disk stay as they are. Exit status 7: no policy is on trial.");
    command.quiet();
    command.runs([&invocation] { return roll_back(invocation); });
}

} // namespace mk::cli
