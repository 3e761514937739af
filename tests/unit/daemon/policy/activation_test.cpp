// SPDX-License-Identifier: GPL-2.0-only
// What is in force, what the next boot finds, and what remains of both when something goes wrong
// in between.
#include "policy/activation.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/fake_policy.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::policy {
namespace {

constexpr int trial_seconds = 60;

class Activating : public testing::Test {
  protected:
    StatePlaces places() const { return {root_.path()}; }
    static ReadyPolicy rules(const std::string &text) {
        ReadyPolicy ready;
        ready.text = kept_text_of({{"/etc/modkeeper/policy.d/a.rules", text}}).value();
        ready.rules = parse_policy({{"/etc/modkeeper/policy.d/a.rules", text}}, 0);
        ready.block = text;
        ready.load_mode = Mode::Audit;
        return ready;
    }
    std::string good() const {
        const auto text = last_good(places());
        return text ? text.value().digest : "";
    }
    Result<Activation> activate(const ReadyPolicy &ready, int seconds = 0) {
        auto done = policy::activate(driver_, places(), ready, seconds);
        driver_.policy.digest = ready.text.digest;
        return done;
    }

    test::TemporaryFolder root_;
    test::FakePolicy driver_;
};

TEST_F(Activating, ForGoodItIsWhatTheNextBootFinds) {
    const auto one = rules("deny load one\n");
    const auto done = activate(one);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done.value().generation, 1U);
    EXPECT_FALSE(done.value().not_kept);
    EXPECT_EQ(good(), one.text.digest);
    EXPECT_FALSE(unconfirmed_trial(places()));
    EXPECT_TRUE(kept_with_digest(places(), one.text.digest));
    ASSERT_EQ(driver_.installed_ones.size(), 1U);
    const auto &installed = driver_.installed_ones.front();
    EXPECT_EQ(installed.block, one.block);
    EXPECT_EQ(installed.load_mode, driver::PolicyMode::Audit);
    EXPECT_EQ(installed.expected_generation, 0U);
    EXPECT_EQ(installed.confirm_ns, 0U);
}

TEST_F(Activating, ATrialIsNotWhatTheNextBootFinds) {
    const auto one = rules("deny load one\n");
    const auto two = rules("deny load two\n");
    ASSERT_TRUE(activate(one));
    ASSERT_TRUE(activate(two, trial_seconds));
    EXPECT_EQ(driver_.installed_ones.back().confirm_ns, 60'000'000'000U);
    EXPECT_EQ(good(), one.text.digest);
    const auto mark = unconfirmed_trial(places());
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->digest, two.text.digest);
    EXPECT_EQ(mark->generation, driver_.policy.generation);
}

TEST_F(Activating, WhatIsConfirmedStays) {
    const auto two = rules("deny load two\n");
    ASSERT_TRUE(activate(rules("deny load one\n")));
    ASSERT_TRUE(activate(two, trial_seconds));
    const auto kept = confirm_trial(driver_, places());
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_FALSE(kept.value().not_kept);
    EXPECT_FALSE(driver_.policy.trial_left_ns);
    EXPECT_EQ(good(), two.text.digest);
    EXPECT_FALSE(unconfirmed_trial(places()));
    // once
    const auto again = confirm_trial(driver_, places());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::NotFound);
}

TEST_F(Activating, WhatIsTakenBackStaysUnconfirmed) {
    const auto one = rules("deny load one\n");
    ASSERT_TRUE(activate(one));
    ASSERT_TRUE(activate(rules("deny load two\n"), trial_seconds));
    const auto back = roll_trial_back(driver_, places());
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(good(), one.text.digest);
    EXPECT_TRUE(unconfirmed_trial(places())) << "the rules on disk are still those";
}

// Killed between the driver and the disk.
TEST_F(Activating, ATrialThatTheDriverKeptIsConfirmedAfterwards) {
    const auto two = rules("deny load two\n");
    ASSERT_TRUE(activate(two, trial_seconds));
    driver_.policy.trial_left_ns.reset();
    ASSERT_TRUE(confirm_trial(driver_, places()));
    EXPECT_EQ(good(), two.text.digest);
}

TEST_F(Activating, ATrialWithoutItsTextIsNotKept) {
    ASSERT_TRUE(activate(rules("deny load two\n"), trial_seconds));
    std::filesystem::remove(places().in_force());
    const auto kept = confirm_trial(driver_, places());
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, ErrorCode::Failed);
    EXPECT_NE(kept.error().message.find("policy rollback"), std::string::npos);
    EXPECT_TRUE(driver_.policy.trial_left_ns);
}

TEST_F(Activating, WhatTheDriverRefusesLeavesNothing) {
    const auto one = rules("deny load one\n");
    ASSERT_TRUE(activate(one));
    driver_.install_refused = Error{ErrorCode::Failed, "somebody else was faster"};
    for (const int seconds : {0, trial_seconds})
        EXPECT_FALSE(policy::activate(driver_, places(), rules("deny load two\n"), seconds));
    EXPECT_EQ(good(), one.text.digest);
    EXPECT_FALSE(unconfirmed_trial(places()));
    EXPECT_TRUE(kept_with_digest(places(), one.text.digest));
}

TEST_F(Activating, ATrialThatTheDriverRefusesLeavesTheOneBeforeUnconfirmed) {
    const auto one = rules("deny load one\n");
    ASSERT_TRUE(activate(one, trial_seconds));
    ASSERT_TRUE(roll_trial_back(driver_, places()));
    driver_.install_refused = Error{ErrorCode::Failed, "somebody else was faster"};
    ASSERT_FALSE(policy::activate(driver_, places(), rules("deny load two\n"), trial_seconds));
    const auto mark = unconfirmed_trial(places());
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->digest, one.text.digest);
}

TEST_F(Activating, SaysThatTheNextBootHasNothing) {
    // a folder in the place of the text
    root_.write("var/lib/modkeeper/policy/good/rules/in-the-way", "");
    const auto done = activate(rules("deny load one\n"));
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(done.value().not_kept);
    EXPECT_TRUE(done.value().not_kept->message.starts_with(
        "the policy is in force, but its text is not kept for the next boot: "));
    EXPECT_EQ(driver_.policy.generation, 1U);
}

TEST_F(Activating, NothingInThePlaceOfNothingIsNoTrial) {
    ReadyPolicy none = rules("");
    ASSERT_TRUE(none.is_empty());
    none.block.clear();
    ASSERT_TRUE(activate(none, trial_seconds));
    EXPECT_EQ(driver_.installed_ones.back().confirm_ns, 0U);
}

TEST_F(Activating, AtBootNoDiskIsNeeded) {
    auto one = rules("deny load one\n");
    root_.write("var", "no folder");
    const auto done = activate_at_boot(driver_, places(), one);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_FALSE(driver_.installed_ones.back().expected_generation);
    EXPECT_TRUE(kept_with_digest(places(), one.text.digest))
        << "for those who ask what is in force";
}

} // namespace
} // namespace mk::policy
