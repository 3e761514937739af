// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy learn: what no rule decides about is recorded and goes on, until it is known
// what this machine loads.
#include <fmt/format.h>

#include <ctime>

#include "base/clock.hpp"
#include "base/printable.hpp"
#include "cli/commands/policy/local_change.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "driver_client/event_names.hpp"
#include "policy/learning.hpp"

namespace mk::cli {
namespace {

Ended told(const Invocation &invocation, const char *result, const char *sentence,
           std::uint64_t generation, const std::optional<std::string> &since) {
    if (invocation.json)
        std::fputs(json_text(object({{"result", result},
                                     {"file", policy::learning_file},
                                     {"policy_generation", number_or_null(generation)},
                                     {"learning_since", text_or_null(since.value_or(""))}}))
                       .c_str(),
                   stdout);
    else if (!invocation.quiet)
        fmt::print("{}\n", sentence);
    return ExitCode::Ok;
}

Failure other_default(const policy::Rule &rule) {
    const auto place = fmt::format("{}:{}", rule.place.file, rule.place.line);
    if (rule.verdict == policy::Verdict::Warn)
        return {{ErrorCode::Failed, place + " says \"default load warn\" already: what no rule "
                                            "decides about is recorded; nothing was changed"},
                "modkeeper policy diff"};
    return {{ErrorCode::Failed,
             fmt::format("{} says already what happens to modules about which no rule decides, and "
                         "there can be one such line; put a # before it, apply the rules, and "
                         "learn; put it back when you stop; nothing was changed",
                         place)},
            "modkeeper policy apply"};
}

// Of the file that learns; "" removes it.
std::variant<policy::RuleChange, Failure> replace(const std::string &text) {
    return change_rules(
        policy::learning_name, [&](const std::string &now) -> Result<policy::Changed> {
            if (!now.empty() && !policy::is_learning_text(now))
                return Error{
                    ErrorCode::Failed,
                    fmt::format("{} was not written by \"modkeeper policy learn\"; give it "
                                "another name; nothing was changed",
                                policy::learning_file)};
            policy::Changed changed;
            changed.text = text;
            return changed;
        });
}

// What keeps the driver from recording anything; "": nothing.
std::string silence(const driver::InstalledPolicy &policy) {
    return policy.mode_of_loads() == driver::PolicyMode::Off
               ? "nothing is recorded as what would be denied, because the mode of loads is off"
               : "";
}

Ended stop(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    if (!policy::learning_since(policy.value()))
        return Failure{{ErrorCode::NotFound, "the policy in force does not learn"},
                       "modkeeper policy status",
                       ExitCode::NothingToDo};
    auto done = replace("");
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    return told(invocation, "applied",
                "stopped learning: what no rule decides about is let in, and not recorded",
                std::get<policy::RuleChange>(done).generation, std::nullopt);
}

Ended begin(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    if (const auto since = policy::learning_since(policy.value()))
        return told(invocation, "unchanged", "the policy learns already", 0, since);
    const auto disk = policy::read_policy({}, std::time(nullptr));
    if (const auto *rule = policy::default_of_others(disk.policy))
        return other_default(*rule);
    auto done = replace(policy::learning_text(clock_ns(CLOCK_REALTIME)));
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    const auto now = client.installed();
    if (now && !silence(now.value()).empty())
        note(silence(now.value()));
    return told(invocation, "applied",
                "learning: rules that deny still do, what no rule decides about goes on and is "
                "recorded",
                std::get<policy::RuleChange>(done).generation,
                now ? policy::learning_since(now.value()) : std::nullopt);
}

} // namespace

void add_policy_learn(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "learn",
                    "Record what a list of allowed modules would have to allow",
                    "  modkeeper policy learn\n"
                    "  modkeeper policy status\n"
                    "  modkeeper policy learn --stop\n"
                    "\n"
                    "It puts \"default load warn\" into 90-learn.rules and applies the rules: what "
                    "they deny is still denied; what no rule decides about goes on, and is "
                    "recorded as what would be denied. It goes on after a reboot. --stop takes the "
                    "file away and applies the rules.\n"
                    "\n"
                    "Exit status of --stop: 7 if the policy does not learn.");
    const auto stops = std::make_shared<bool>(false);
    command.flag("--stop", *stops, "Stop learning");
    command.quiet();
    command.runs([&invocation, stops] { return *stops ? stop(invocation) : begin(invocation); });
}

} // namespace mk::cli
