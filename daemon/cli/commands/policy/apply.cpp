// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy apply: gives the driver the rules, in one step: all of them or none.
#include <fmt/format.h>

#include <ctime>

#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "driver_client/event_names.hpp"
#include "kmod/places.hpp"
#include "policy/compiler.hpp"
#include "policy/selectors.hpp"

namespace mk::cli {
namespace {

struct Asked {
    bool dry_run = false;
};

driver::PolicyMode mode_of(policy::Mode mode) {
    switch (mode) {
    case policy::Mode::Off:
        return driver::PolicyMode::Off;
    case policy::Mode::Audit:
        return driver::PolicyMode::Audit;
    case policy::Mode::Enforce:
        break;
    }
    return driver::PolicyMode::Enforce;
}

// Rules that say nothing of a mode are meant.
driver::PolicyMode mode_at(const policy::Policy &policy, policy::Gate gate) {
    for (const auto &line : policy.modes)
        if (line.gate == gate)
            return mode_of(line.mode);
    return driver::PolicyMode::Enforce;
}

void tell_findings(const policy::Findings &findings) {
    if (!findings.empty())
        std::fputs(text_of(findings).c_str(), stderr);
}

struct Outcome {
    const char *result = "applied";
    std::uint64_t generation = 0;
    driver::PolicyInstallation installed;
    const policy::PolicyText &rules;
};

void tell(const Invocation &invocation, const Outcome &outcome, bool dry_run) {
    const auto modes = std::pair(driver::name_of(outcome.installed.load_mode),
                                 driver::name_of(outcome.installed.request_mode));
    if (invocation.json) {
        std::fputs(json_text(object({{"result", outcome.result},
                                     {"policy_generation", number_or_null(outcome.generation)},
                                     {"load_mode", modes.first},
                                     {"request_mode", modes.second},
                                     {"rule_count", outcome.rules.policy.rules.size()},
                                     {"findings", json_of(outcome.rules.findings)}}))
                       .c_str(),
                   stdout);
        return;
    }
    if (invocation.quiet)
        return;
    const auto count = counted(outcome.rules.policy.rules.size(), "rule");
    if (outcome.rules.policy.rules.empty())
        fmt::print("{}; every module may be loaded\n",
                   dry_run ? "there are no rules" : "there is no policy any more");
    else
        fmt::print("{}{}; loads: {}\n", dry_run ? "would apply " : "applied ", count, modes.first);
}

Ended apply(const Invocation &invocation, const Asked &asked) {
    const ConfigurationPlaces places;
    auto rules = policy::read_policy(places.root, std::time(nullptr));
    if (!policy::has_errors(rules.findings)) {
        policy::resolve_selectors(rules.policy, places, rules.findings);
        policy::sort_findings(rules);
    }
    if (!invocation.json)
        tell_findings(rules.findings);
    if (policy::has_errors(rules.findings))
        return Failure{
            {ErrorCode::InvalidArgument, "the rules have errors; the policy stays as it is"},
            "modkeeper policy check",
            ExitCode::Failed};
    Outcome outcome{"applied", 0, {}, rules};
    if (!rules.policy.rules.empty()) {
        auto block = policy::compile(rules.policy, {{}, places.release()});
        if (!block)
            return Failure{block.error()};
        outcome.installed.block = std::move(block.value());
    }
    outcome.installed.load_mode = mode_at(rules.policy, policy::Gate::Load);
    outcome.installed.request_mode = mode_at(rules.policy, policy::Gate::Request);
    if (asked.dry_run) {
        outcome.result = "would-apply";
        tell(invocation, outcome, true);
        return ExitCode::Ok;
    }
    const auto device = driver::Device::open();
    if (!device)
        return Failure{device.error()};
    const auto generation = driver::install_policy(device.value(), outcome.installed);
    if (!generation)
        return Failure{generation.error()};
    outcome.generation = generation.value();
    tell(invocation, outcome, false);
    return ExitCode::Ok;
}

} // namespace

void add_policy_apply(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "apply", "Put the rules into force, all of them in one step",
        "  modkeeper policy apply --dry-run\n"
        "  modkeeper policy apply\n"
        "\n"
        "Nothing that is loaded is ever unloaded. If the rules have an error, the policy "
        "stays as it is. The policy lasts until the driver is unloaded or the machine is "
        "rebooted.");
    const auto asked = std::make_shared<Asked>();
    command.flag("-n,--dry-run", asked->dry_run, "Only read the rules, and say what is wrong");
    command.quiet();
    command.runs([&invocation, asked] { return apply(invocation, *asked); });
}

} // namespace mk::cli
