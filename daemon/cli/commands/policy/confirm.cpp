// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy confirm, rollback: the end of a trial.
#include <fmt/format.h>

#include "cli/commands/policy/policy.hpp"
#include "cli/commands/policy/putting.hpp"

namespace mk::cli {
namespace {

Ended told(const Invocation &invocation, const Put &put, const char *result, const char *text) {
    if (put.failure)
        return *put.failure;
    if (invocation.json)
        std::fputs(
            json_text(object({{"result", result}, {"policy_generation", put.generation}})).c_str(),
            stdout);
    else if (!invocation.quiet)
        fmt::print("{}\n", text);
    return ExitCode::Ok;
}

} // namespace

void add_policy_confirm(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "confirm", "Keep the policy that is on trial",
                    "  modkeeper policy apply --rollback 120s\n"
                    "  modkeeper policy confirm\n"
                    "\n"
                    "Exit status 6: it was rolled back already. 7: no policy is on trial.");
    command.quiet();
    command.runs([&invocation] {
        return told(invocation, confirm_trial(), "confirmed", "the policy stays");
    });
}

void add_policy_rollback(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "rollback", "End the trial: the policy before it is back",
                    "  modkeeper policy apply --rollback 120s\n"
                    "  modkeeper policy rollback\n"
                    "\n"
                    "The rules on disk stay as they are. Exit status 7: no policy is on trial.");
    command.quiet();
    command.runs([&invocation] {
        return told(invocation, roll_trial_back(), "rolled-back",
                    "the policy before it is back; the rules on disk are still those that were "
                    "tried");
    });
}

} // namespace mk::cli
