// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/examine_policy.hpp"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"
#include "explain/doctor/finding.hpp"
#include "kmod/places.hpp"
#include "policy/driver_lint.hpp"
#include "policy/policy_files.hpp"

namespace mk::cli {
namespace {

constexpr const char *subject = "policy";
constexpr const char *apply_them = "sudo modkeeper policy check; sudo modkeeper policy apply";

void report(Diagnoses &findings, Severity severity, std::string reason, std::string remedy = {}) {
    doctor::report(findings, severity, subject, std::move(reason), std::move(remedy));
}

void examine_absent(const Error &error, Diagnoses &findings) {
    if (error.code == ErrorCode::DriverUnavailable)
        return report(findings, Severity::Fails,
                      "there are rules, and nobody asks them: the driver is not loaded",
                      "sudo modprobe modkeeper; sudo modkeeper policy apply");
    if (error.code == ErrorCode::NotAuthorized)
        return report(findings, Severity::Unknown,
                      "there are rules; you may not ask the driver whether they are in force",
                      "sudo modkeeper doctor");
    report(findings, Severity::Fails, "there are rules, and nobody asks them: " + error.message);
}

void examine_in_force(const PolicySituation &is, const driver::InstalledPolicy &policy,
                      Diagnoses &findings) {
    if (is.digest != policy.digest && is.trial && is.trial->digest == is.digest)
        return report(findings, Severity::Warning,
                      "the rules on disk were on trial and nobody confirmed them: neither they "
                      "are in force, nor will the next boot take them",
                      apply_them);
    if (is.digest != policy.digest)
        return report(findings, Severity::Warning,
                      "the rules on disk are not those in force (\"modkeeper policy show\")",
                      apply_them);
    if (policy.release != is.release)
        return report(findings, Severity::Warning,
                      fmt::format("the rules were compiled for kernel {}, and {} runs",
                                  policy.release, is.release),
                      "sudo modkeeper policy apply");
    if (policy::is_held_back(is.boot, policy))
        return report(findings, Severity::Fails,
                      "the last two boots with these rules did not reach multi-user.target, so "
                      "that this one only records what they would deny",
                      "sudo journalctl -b -1 -p warning; sudo modkeeper policy apply");
    if (!is.unseen.empty())
        return report(
            findings, Severity::Fails,
            fmt::format(
                "{}: {}{}", is.unseen.front().place.text(), is.unseen.front().diagnosis.reason,
                is.unseen.size() == 1 ? "" : fmt::format(" ({} more)", is.unseen.size() - 1)),
            "modkeeper policy check; modkeeper status");
    report(findings, Severity::Ok,
           fmt::format("{} on disk and in force; loads: {}", counted(policy.rules.size(), "rule"),
                       driver::name_of(policy.mode_of_loads())));
}

} // namespace

void examine_policy(const PolicySituation &situation, Diagnoses &findings) {
    const bool is_in_force = situation.installed && situation.installed.value().is_there;
    if (situation.rule_count == 0 && !situation.has_errors && !is_in_force)
        return;
    if (situation.has_errors)
        return report(findings, Severity::Fails,
                      "the rules on disk have errors: the next boot takes those that were "
                      "confirmed last",
                      "modkeeper policy check");
    if (!situation.installed)
        return examine_absent(situation.installed.error(), findings);
    const auto &policy = situation.installed.value();
    if (policy.trial_left_ns)
        return report(findings, Severity::Warning,
                      "a policy is on trial, and the one before it comes back soon",
                      "sudo modkeeper policy confirm");
    if (!policy.is_there)
        return report(findings, Severity::Fails,
                      "there are rules, and they are not in force: every module may be loaded",
                      apply_them);
    if (situation.rule_count == 0)
        return report(findings, Severity::Warning,
                      "a policy is in force, and there are no rules on disk any more", apply_them);
    examine_in_force(situation, policy, findings);
}

PolicySituation policy_situation() {
    const ConfigurationPlaces places;
    const auto rules = policy::read_policy(places.root, std::time(nullptr));
    const auto text = policy::kept_text_of(rules.sources);
    const auto device = driver::Device::open();
    policy::Findings unseen;
    if (const auto status = device ? device.value().status() : device.error())
        policy::lint_for_driver(rules.policy, status.value().features, unseen);
    return {rules.policy.rules.size(),
            policy::has_errors(rules.findings),
            text ? text.value().digest : "",
            places.release(),
            policy::unconfirmed_trial({}),
            policy::boot_mark({}),
            device ? driver::installed_policy(device.value())
                   : Result<driver::InstalledPolicy>(device.error()),
            std::move(unseen)};
}

} // namespace mk::cli
