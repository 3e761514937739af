// SPDX-License-Identifier: GPL-2.0-only
#include "policy/activation.hpp"

#include <ctime>
#include <utility>

#include "base/clock.hpp"
#include "policy/boot_count.hpp"

namespace mk::policy {
namespace {

Error not_kept(const Error &error) {
    return {error.code,
            "the policy is in force, but its text is not kept for the next boot: " + error.message,
            error.facts};
}

driver::PolicyInstallation installation_of(const ReadyPolicy &ready) {
    driver::PolicyInstallation installation;
    installation.block = ready.block;
    installation.load_mode = mode_in_driver(ready.load_mode);
    installation.request_mode = mode_in_driver(ready.request_mode);
    return installation;
}

// The rules on disk are those in force, for good.
Result<void> end_trial(const PolicyState &state) {
    TRY(state.forget_trial());
    // whoever applies them says that they are right
    TRY(state.forget_boots());
    return state.remember_devices();
}

// The trial has not begun: what was unconfirmed before is so again.
void unmark(const PolicyState &state, const std::optional<TrialMark> &before) {
    if (!before) {
        (void)state.forget_trial();
        return;
    }
    auto mark = state.stage_trial(*before);
    if (mark)
        (void)mark.value().keep();
}

// The text of the policy on trial, for the next boot.
Result<StagedFile> stage_tried(const PolicyState &state, const StatePlaces &places,
                               const std::string &digest) {
    const auto text = kept_with_digest(places, digest);
    if (!text)
        return Error{ErrorCode::Failed,
                     "the text of the policy on trial is gone, so that no boot could take it; "
                     "take it back with \"modkeeper policy rollback\", and apply the rules again"};
    const auto kept = TRY(kept_text_of(text->files));
    auto good = state.stage_good(kept);
    if (!good)
        return Error{good.error().code, good.error().message + "; the trial goes on",
                     good.error().facts};
    return good;
}

} // namespace

driver::PolicyMode mode_in_driver(Mode mode) {
    switch (mode) {
    case Mode::Off:
        return driver::PolicyMode::Off;
    case Mode::Audit:
        return driver::PolicyMode::Audit;
    case Mode::Enforce:
        break;
    }
    return driver::PolicyMode::Enforce;
}

Result<ReadyPolicy> rules_of_machine(const ConfigurationPlaces &places,
                                     const std::vector<std::string> &more_devices) {
    return make_ready(read_policy(places.root, std::time(nullptr)), places, more_devices);
}

Result<Activation> activate(driver::PolicyClient &client, const StatePlaces &places,
                            const ReadyPolicy &ready, int trial_seconds) {
    const auto now = TRY(client.summary());
    const auto state = TRY(PolicyState::open(places));
    // where nothing is replaced by nothing there is nothing to take back
    const bool is_trial = trial_seconds != 0 && !(ready.is_empty() && !now.is_there);
    auto installation = installation_of(ready);
    installation.expected_generation = now.generation;
    if (is_trial)
        installation.confirm_ns = static_cast<std::uint64_t>(trial_seconds) * ns_per_second;
    // What is kept has its place once the driver has the policy.
    auto in_force = TRY(stage_in_force(places, ready.text));
    auto lasting = is_trial ? TRY(state.stage_trial({ready.text.digest, now.generation + 1}))
                            : TRY(state.stage_good(ready.text));
    // but for the mark of a trial: a reset in the midst of it must find it
    const auto mark = unconfirmed_trial(places);
    if (is_trial && !now.trial_left_ns)
        TRY(lasting.keep());
    const auto generation = client.install(installation);
    if (!generation) {
        if (is_trial && !now.trial_left_ns)
            unmark(state, mark);
        return generation.error();
    }
    Activation done{generation.value()};
    const auto kept = [&]() -> Result<void> {
        TRY(in_force.keep());
        if (is_trial)
            return {};
        TRY(lasting.keep());
        return end_trial(state);
    }();
    if (!kept)
        done.not_kept = not_kept(kept.error());
    return done;
}

Result<BootActivation> activate_at_boot(driver::PolicyClient &client, const StatePlaces &places,
                                        ReadyPolicy &ready) {
    auto in_force = stage_in_force(places, ready.text);
    const auto now = TRY(client.summary());
    const auto decision = decide_at_boot(places, ready, now.ceiling);
    if (decision.holds_back)
        hold_back(ready);
    const auto generation = TRY(client.install(installation_of(ready)));
    // only "policy show" reads it
    if (in_force)
        (void)in_force.value().keep();
    BootActivation done{generation, decision.holds_back, decision.unknown};
    const auto marked = leave_mark(places, decision, generation);
    if (!marked)
        done.unguarded = marked.error();
    return done;
}

Result<Activation> confirm_trial(driver::PolicyClient &client, const StatePlaces &places) {
    const auto state = TRY(PolicyState::open(places));
    const auto now = TRY(client.summary());
    const auto mark = unconfirmed_trial(places);
    // somebody was killed after the driver kept it, before its text was
    const bool was_kept = !now.trial_left_ns && mark && now.digest == mark->digest;
    std::optional<StagedFile> good;
    if (now.trial_left_ns || was_kept)
        good.emplace(TRY(stage_tried(state, places, now.digest)));
    if (!was_kept) {
        const auto asked = now.trial_left_ns || !mark ? now.generation : mark->generation;
        TRY(client.end_trial(asked, driver::TrialEnd::Keep));
    }
    Activation done{now.generation};
    auto kept = good ? good->keep() : Result<void>();
    if (kept)
        kept = end_trial(state);
    if (!kept)
        done.not_kept = not_kept(kept.error());
    return done;
}

Result<std::uint64_t> roll_trial_back(driver::PolicyClient &client, const StatePlaces &places) {
    const auto now = TRY(client.summary());
    const auto mark = unconfirmed_trial(places);
    const auto asked = now.trial_left_ns || !mark ? now.generation : mark->generation;
    return client.end_trial(asked, driver::TrialEnd::RollBack);
}

std::optional<KeptFiles> text_in_force(const driver::InstalledPolicy &policy) {
    if (!policy.is_there)
        return std::nullopt;
    if (auto kept = kept_with_digest({}, policy.digest))
        return kept;
    auto rules = read_policy({}, std::time(nullptr));
    const auto text = kept_text_of(rules.sources);
    if (text && text.value().digest == policy.digest)
        return KeptFiles{std::move(rules.sources), policy.digest};
    return std::nullopt;
}

} // namespace mk::policy
