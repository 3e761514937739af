// SPDX-License-Identifier: GPL-2.0-only
// Files of rules and the policy in force, which change together or not at all.
#include "policy/local_change.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/fake_policy.hpp"
#include "fixtures/temporary_folder.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"
#include "policy/policy_state.hpp"

namespace mk::policy {
namespace {

constexpr const char *file = "30-local.rules";
constexpr const char *in_root = "etc/modkeeper/policy.d/30-local.rules";

class ChangingRules : public testing::Test {
  protected:
    ChangingRules() {
        for (const auto *folder : {"etc", "run", "var/lib"})
            std::filesystem::create_directories(root_ / folder);
    }

    ConfigurationPlaces places() const { return {root_.path(), "6.1.0"}; }
    std::string text(const std::string &name = in_root) const {
        return read_text(root_ / name).value_or("");
    }
    // As if what is on disk had been applied.
    void apply() {
        driver_.policy.is_there = true;
        driver_.policy.load_mode = driver_.policy.request_mode = driver::PolicyMode::Enforce;
        driver_.policy.digest = kept_text_of(read_policy(root_.path(), 0).sources).value().digest;
    }
    std::variant<RuleChange, NotChanged> change(const EditRules &edit, const char *name = file) {
        return change_rules(driver_, places(), name, edit);
    }
    std::variant<RuleChange, NotChanged> write(const std::string &wanted, const char *name = file) {
        return change(
            [&](const std::string &) -> Result<Changed> {
                return Changed{wanted, {}, {}};
            },
            name);
    }
    static const NotChanged &refusal(const std::variant<RuleChange, NotChanged> &done) {
        static const NotChanged none{{ErrorCode::Failed, "it was not refused"}};
        const auto *refused = std::get_if<NotChanged>(&done);
        return refused ? *refused : none;
    }

    test::TemporaryFolder root_;
    test::FakePolicy driver_;
};

TEST_F(ChangingRules, TheFirstRuleMakesTheFile) {
    const auto done = write("deny load one id=first\n");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(done)) << refusal(done).error.message;
    EXPECT_EQ(std::get<RuleChange>(done).generation, 1U);
    EXPECT_FALSE(std::get<RuleChange>(done).not_kept);
    EXPECT_EQ(text(), "deny load one id=first\n");
    ASSERT_EQ(driver_.installed_ones.size(), 1U);
    EXPECT_FALSE(driver_.installed_ones.front().block.empty());
    EXPECT_EQ(driver_.installed_ones.front().confirm_ns, 0U);
    EXPECT_TRUE(last_good({root_.path()})) << "the next boot finds it";
    struct stat folder {};
    ASSERT_EQ(stat((root_ / "etc/modkeeper/policy.d").c_str(), &folder), 0);
    EXPECT_EQ(folder.st_mode & 0777U, 0755U) << "everybody may read rules";
}

TEST_F(ChangingRules, TheRulesOfOtherFilesStayInForce) {
    root_.write("etc/modkeeper/policy.d/10-first.rules", "deny load one\n");
    root_.write("etc/modkeeper/policy.d/50-last.rules", "allow load one\n");
    apply();
    ASSERT_TRUE(std::holds_alternative<RuleChange>(write("deny load two\n")));
    const auto kept = last_good({root_.path()});
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept.value().files.size(), 3U);
    EXPECT_EQ(kept.value().files[1].text, "deny load two\n");
}

TEST_F(ChangingRules, AModeThatSomebodySetStays) {
    root_.write(in_root, "deny load one\n");
    apply();
    driver_.policy.load_mode = driver::PolicyMode::Audit;
    ASSERT_TRUE(std::holds_alternative<RuleChange>(write("deny load one two\n")));
    EXPECT_EQ(driver_.installed_ones.back().load_mode, driver::PolicyMode::Audit);
    // one that is in the rules goes with them
    root_.write(in_root, "deny load one\nmode load audit\n");
    apply();
    ASSERT_TRUE(std::holds_alternative<RuleChange>(write("deny load one\n")));
    EXPECT_EQ(driver_.installed_ones.back().load_mode, driver::PolicyMode::Enforce);
}

TEST_F(ChangingRules, AnyFileOfTheFolder) {
    ASSERT_TRUE(std::holds_alternative<RuleChange>(write("default load warn\n", "90-learn.rules")));
    EXPECT_EQ(text("etc/modkeeper/policy.d/90-learn.rules"), "default load warn\n");
    apply();
    ASSERT_TRUE(std::holds_alternative<RuleChange>(write("", "90-learn.rules")));
    EXPECT_FALSE(std::filesystem::exists(root_ / "etc/modkeeper/policy.d/90-learn.rules"));
    EXPECT_TRUE(driver_.installed_ones.back().block.empty()) << "there are no rules any more";
}

TEST_F(ChangingRules, ATextThatStaysIsNoChange) {
    root_.write(in_root, "deny load one\n");
    apply();
    const auto done = write("deny load one\n");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(done));
    EXPECT_EQ(std::get<RuleChange>(done).generation, 0U);
    EXPECT_TRUE(driver_.installed_ones.empty());
}

TEST_F(ChangingRules, NothingChangesDuringATrial) {
    driver_.policy.trial_left_ns = 1;
    const auto done = write("deny load one\n");
    EXPECT_EQ(refusal(done).obstacle, Obstacle::Trial);
    EXPECT_EQ(refusal(done).error.code, ErrorCode::InUse);
    EXPECT_EQ(text(), "");
}

TEST_F(ChangingRules, RulesWithErrorsAreNotChanged) {
    root_.write("etc/modkeeper/policy.d/10-first.rules", "deny lode one\n");
    EXPECT_EQ(refusal(write("deny load one\n")).obstacle, Obstacle::Faults);
    EXPECT_EQ(text(), "");
}

TEST_F(ChangingRules, RulesThatNobodyAppliedWouldComeIntoForceToo) {
    root_.write("etc/modkeeper/policy.d/10-first.rules", "deny load one\n");
    EXPECT_EQ(refusal(write("deny load two\n")).obstacle, Obstacle::Unapplied);
    apply();
    root_.write("etc/modkeeper/policy.d/10-first.rules", "deny load three\n");
    EXPECT_EQ(refusal(write("deny load two\n")).obstacle, Obstacle::Unapplied);
    EXPECT_EQ(text(), "");
    EXPECT_TRUE(driver_.installed_ones.empty());
}

TEST_F(ChangingRules, WhatTheDriverRefusesIsNotOnDisk) {
    driver_.install_refused = Error{ErrorCode::NotAuthorized, "the policy is sealed"};
    for (const std::string before : {"", "# mine\n"}) {
        if (!before.empty())
            root_.write(in_root, before);
        const auto done = write(before + "deny load one\n");
        EXPECT_EQ(refusal(done).error.message, "the policy is sealed");
        EXPECT_EQ(refusal(done).obstacle, Obstacle::None);
        EXPECT_FALSE(refusal(done).not_undone);
        EXPECT_EQ(text(), before);
        EXPECT_EQ(std::filesystem::exists(root_ / in_root), !before.empty());
    }
}

TEST_F(ChangingRules, WithoutTheDriverNothingIsMade) {
    driver_.broken = Error{ErrorCode::DriverUnavailable, "the driver is not loaded"};
    EXPECT_EQ(refusal(write("deny load one\n")).error.code, ErrorCode::DriverUnavailable);
    EXPECT_FALSE(std::filesystem::exists(root_ / "etc/modkeeper"));
}

TEST_F(ChangingRules, ARuleWithAnErrorChangesNothing) {
    const auto done = write("deny load one until=never\n");
    EXPECT_EQ(refusal(done).error.code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(refusal(done).error.message.ends_with("; nothing was changed"));
    EXPECT_EQ(text(), "");
}

TEST_F(ChangingRules, AFileFurtherDownIsNotHidden) {
    root_.write("usr/lib/modkeeper/policy.d/30-local.rules", "deny load one\n");
    apply();
    const auto done = write("deny load two\n");
    EXPECT_NE(refusal(done).error.message.find("would hide"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(root_ / in_root));
}

TEST_F(ChangingRules, WhatTheEditorRefusesChangesNothing) {
    const auto done = change([](const std::string &) -> Result<Changed> {
        return Error{ErrorCode::NotFound, "no such rule"};
    });
    EXPECT_EQ(refusal(done).error.message, "no such rule");
    EXPECT_TRUE(driver_.installed_ones.empty());
}

TEST_F(ChangingRules, ARuleThatTheNextBootDoesNotFindIsInForceAllTheSame) {
    // a folder in the place of the text
    root_.write("var/lib/modkeeper/policy/good/rules/in-the-way", "");
    const auto done = write("deny load one\n");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(done)) << refusal(done).error.message;
    EXPECT_TRUE(std::get<RuleChange>(done).not_kept);
    EXPECT_EQ(text(), "deny load one\n");
}

} // namespace
} // namespace mk::policy
