// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy apply --boot: what a boot takes of rules, whatever is wrong with them.
#include <ctime>
#include <utility>

#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

// Why the rules on disk are not taken at boot; "": they are.
std::string fault_at_boot(const Result<policy::ReadyPolicy> &ready) {
    if (!ready)
        return ready.error().message;
    if (policy::has_errors(ready.value().rules.findings))
        return "the rules have errors";
    const auto trial = policy::unconfirmed_trial({});
    if (trial && trial->digest == ready.value().text.digest)
        return "the rules were on trial, and nobody confirmed them";
    return {};
}

// Puts @ready into force, unless boots before came to nothing under it.
Ended start(const Invocation &invocation, policy::ReadyPolicy &ready, const std::string &fault) {
    driver::DevicePolicyClient client;
    const auto begun = fault.empty() ? std::string() : fault + "; ";
    const auto done = policy::activate_at_boot(client, {}, ready);
    if (!done)
        return Failure{{done.error().code, begun + done.error().message, done.error().facts}};
    if (done.value().unguarded)
        note("boots are not counted, so none is held back: " + done.value().unguarded->message);
    tell_applied(invocation, ready, "applied", done.value().generation);
    if (done.value().is_held_back)
        return Failure{{ErrorCode::Failed,
                        begun + "the last two boots with these rules did not reach "
                                "multi-user.target, so this one only records what they would deny"},
                       "modkeeper policy check; modkeeper policy apply"};
    if (!fault.empty())
        return Failure{
            {ErrorCode::Failed, begun + "the rules that were confirmed last are in force instead"},
            "modkeeper policy check; modkeeper policy apply"};
    return ExitCode::Ok;
}

// What the initramfs brought.
bool is_policy_there() {
    driver::DevicePolicyClient client;
    const auto now = client.summary();
    return now && now.value().is_there;
}

Failure nothing_to_take(const std::string &fault, const std::string &why) {
    return {{ErrorCode::Failed,
             fault + "; " + why +
                 (is_policy_there() ? ", so the policy of the initramfs stays in force"
                                    : ", so there is no policy and every module may be loaded")},
            "modkeeper policy check; modkeeper policy apply"};
}

} // namespace

// Whatever is wrong, the machine comes up, and the failed unit says what is wrong.
Ended apply_at_boot(const Invocation &invocation) {
    const auto devices = policy::remembered_devices({});
    auto disk = policy::rules_of_machine({}, devices);
    if (disk)
        tell_findings(disk.value().rules.findings);
    const auto fault = fault_at_boot(disk);
    if (fault.empty()) {
        // a machine without rules needs no driver either
        if (disk.value().is_empty() && !is_policy_there())
            return ExitCode::Ok;
        return start(invocation, disk.value(), {});
    }
    const auto kept = policy::last_good({});
    if (!kept)
        return nothing_to_take(fault,
                               "no text that was confirmed is there: " + kept.error().message);
    auto good = policy::make_ready(policy::parse_policy(kept.value().files, std::time(nullptr)),
                                   ConfigurationPlaces{}, devices);
    if (!good || policy::has_errors(good.value().rules.findings))
        return nothing_to_take(fault, "the text that was confirmed last cannot be used either");
    return start(invocation, good.value(), fault);
}

} // namespace mk::cli
