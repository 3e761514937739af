// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/putting.hpp"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "kmod/places.hpp"

namespace mk::cli {
namespace {

Put failed(Error error, const char *hint = "", std::optional<ExitCode> status = {}) {
    return {0, Failure{std::move(error), hint, status}};
}

// The policy is as it was to be; what is kept is not.
Put not_kept(std::uint64_t generation, const Error &error) {
    return {generation,
            Failure{{error.code,
                     "the policy is in force, but its text is not kept for the next boot: " +
                         error.message,
                     error.facts},
                    "modkeeper policy apply"}};
}

driver::PolicyInstallation installation_of(const policy::ReadyPolicy &ready) {
    driver::PolicyInstallation installation;
    installation.block = ready.block;
    installation.load_mode = mode_of(ready.load_mode);
    installation.request_mode = mode_of(ready.request_mode);
    return installation;
}

constexpr std::uint64_t second_ns = 1'000'000'000;

// What has its place once the driver has the policy.
struct Staged {
    std::optional<StagedFile> good;
    std::optional<StagedFile> trial;
    std::optional<StagedFile> in_force;

    Result<void> keep() {
        for (auto *file : {&in_force, &good})
            if (*file)
                TRY((*file)->keep());
        return {};
    }
};

// The rules on disk are those in force, for good.
Result<void> end_of_trial(const policy::PolicyState &state) {
    TRY(state.forget_trial());
    return state.remember_devices();
}

template <typename Value>
std::optional<Error> take(Result<Value> result, std::optional<Value> &to) {
    if (!result)
        return result.error();
    to.emplace(std::move(result.value()));
    return std::nullopt;
}

} // namespace

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

Result<policy::ReadyPolicy> rules_of_this_machine(const std::vector<std::string> &more_devices) {
    const ConfigurationPlaces places;
    return policy::make_ready(policy::read_policy(places.root, std::time(nullptr)), places,
                              more_devices);
}

Put put_into_force(const policy::ReadyPolicy &ready, int trial_seconds) {
    const policy::StatePlaces places;
    const auto device = driver::Device::open();
    if (!device)
        return failed(device.error());
    const auto now = driver::installed_policy(device.value());
    if (!now)
        return failed(now.error());
    const auto state = policy::PolicyState::open(places);
    if (!state)
        return failed(state.error());
    // where nothing is replaced by nothing there is nothing to take back
    if (ready.is_empty() && !now.value().is_there)
        trial_seconds = 0;
    auto installation = installation_of(ready);
    installation.expected_generation = now.value().generation;
    installation.confirm_ns = static_cast<std::uint64_t>(trial_seconds) * second_ns;
    Staged staged;
    if (auto error = take(policy::stage_in_force(places, ready.text), staged.in_force))
        return failed(std::move(*error));
    const bool is_trial = trial_seconds != 0;
    auto error =
        is_trial ? take(state.value().stage_trial({ready.text.digest, now.value().generation + 1}),
                        staged.trial)
                 : take(state.value().stage_good(ready.text), staged.good);
    if (error)
        return failed(std::move(*error));
    // before the driver has it: a reset during the trial must find it
    if (is_trial && !now.value().trial_left_ns)
        if (const auto kept = staged.trial->keep(); !kept)
            return failed(kept.error());
    const auto generation = driver::install_policy(device.value(), installation);
    if (!generation)
        return failed(generation.error());
    if (const auto kept = staged.keep(); !kept)
        return not_kept(generation.value(), kept.error());
    if (!is_trial)
        if (const auto ended = end_of_trial(state.value()); !ended)
            return not_kept(generation.value(), ended.error());
    return {generation.value(), std::nullopt};
}

Put put_into_force_at_boot(const policy::ReadyPolicy &ready) {
    const auto device = driver::Device::open();
    if (!device)
        return failed(device.error());
    auto in_force = policy::stage_in_force({}, ready.text);
    const auto generation = driver::install_policy(device.value(), installation_of(ready));
    if (!generation)
        return failed(generation.error());
    // only "policy show" reads it
    if (in_force)
        (void)in_force.value().keep();
    return {generation.value(), std::nullopt};
}

Put confirm_trial() {
    const policy::StatePlaces places;
    const auto device = driver::Device::open();
    if (!device)
        return failed(device.error());
    const auto state = policy::PolicyState::open(places);
    if (!state)
        return failed(state.error());
    const auto now = driver::installed_policy(device.value());
    if (!now)
        return failed(now.error());
    const auto mark = policy::unconfirmed_trial(places);
    const auto &policy = now.value();
    // somebody was killed after the driver kept it, before its text was
    const bool was_kept = !policy.trial_left_ns && mark && policy.digest == mark->digest;
    std::optional<StagedFile> good;
    if (policy.trial_left_ns || was_kept) {
        const auto text = policy::kept_with_digest(places, policy.digest);
        if (!text)
            return failed({ErrorCode::NotFound,
                           "the text of the policy on trial is gone, so that no boot could take "
                           "it; take it back, and apply the rules again"},
                          "modkeeper policy rollback");
        auto kept = policy::kept_text_of(text->files);
        if (!kept)
            return failed(kept.error());
        if (auto error = take(state.value().stage_good(kept.value()), good))
            return failed({error->code, error->message + "; the trial goes on", error->facts});
    }
    if (!was_kept) {
        const auto asked = policy.trial_left_ns || !mark ? policy.generation : mark->generation;
        const auto ended = driver::end_policy_trial(device.value(), asked, driver::TrialEnd::Keep);
        if (!ended && ended.error().code == ErrorCode::NotFound)
            return failed(ended.error(), "", ExitCode::NothingToDo);
        if (!ended)
            return failed(ended.error(), ended.error().code == ErrorCode::Timeout
                                             ? "modkeeper policy apply --rollback 120s"
                                             : "");
    }
    if (const auto kept = good ? good->keep() : Result<void>(); !kept)
        return not_kept(policy.generation, kept.error());
    if (const auto ended = end_of_trial(state.value()); !ended)
        return not_kept(policy.generation, ended.error());
    return {policy.generation, std::nullopt};
}

Put roll_trial_back() {
    const auto device = driver::Device::open();
    if (!device)
        return failed(device.error());
    const auto now = driver::installed_policy(device.value());
    if (!now)
        return failed(now.error());
    const auto mark = policy::unconfirmed_trial({});
    const auto asked =
        now.value().trial_left_ns || !mark ? now.value().generation : mark->generation;
    const auto ended = driver::end_policy_trial(device.value(), asked, driver::TrialEnd::RollBack);
    if (ended)
        return {ended.value(), std::nullopt};
    const bool was_over =
        ended.error().code == ErrorCode::Timeout || ended.error().code == ErrorCode::NotFound;
    return failed(ended.error(), "",
                  was_over ? std::optional(ExitCode::NothingToDo) : std::nullopt);
}

std::optional<policy::KeptFiles> text_in_force(const driver::InstalledPolicy &policy) {
    if (!policy.is_there)
        return std::nullopt;
    if (auto kept = policy::kept_with_digest({}, policy.digest))
        return kept;
    auto rules = policy::read_policy({}, std::time(nullptr));
    const auto text = policy::kept_text_of(rules.sources);
    if (text && text.value().digest == policy.digest)
        return policy::KeptFiles{std::move(rules.sources), policy.digest};
    return std::nullopt;
}

} // namespace mk::cli
