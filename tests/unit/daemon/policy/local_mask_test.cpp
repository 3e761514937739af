// SPDX-License-Identifier: GPL-2.0-only
// Rules of masks: when they hold, and what is said when they do not.
#include "policy/local_mask.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/fake_policy.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {
namespace {

using Lines = std::vector<std::string>;

constexpr const char *file = "etc/modkeeper/policy.d/30-local.rules";

class Masking : public testing::Test {
  protected:
    Masking() {
        for (const auto *folder : {"etc", "run", "var/lib"})
            std::filesystem::create_directories(root_ / folder);
        driver_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Denied, "deny", "x"};
    }

    std::string text() const { return read_text(root_ / file).value_or(""); }
    void apply() {
        driver_.policy.is_there = true;
        driver_.policy.digest = kept_text_of(read_policy(root_.path(), 0).sources).value().digest;
    }
    static Lines lines(const Changes &changes) {
        Lines all;
        for (const auto &change : changes)
            all.push_back(change.action + " " + change.text + change.message);
        return all;
    }
    Lines mask(const Lines &names) {
        auto changes = lines(put_masks(driver_, places_, module_names(names)));
        apply();
        return changes;
    }
    Lines unmask(const Lines &names) {
        return lines(take_masks(driver_, places_, module_names(names)));
    }

    test::TemporaryFolder root_;
    ConfigurationPlaces places_{root_.path(), "6.1.0"};
    test::FakePolicy driver_;
};

TEST_F(Masking, EachHasARuleOfItsOwn) {
    EXPECT_EQ(mask({"rds", "snd-dummy"}),
              (Lines{"added deny load rds id=mask-rds reason \"masked\"",
                     "added deny load snd_dummy id=mask-snd_dummy reason \"masked\""}));
    EXPECT_EQ(mask({"rds"}), Lines{}) << "once";
    EXPECT_EQ(unmask({"rds"}), Lines{"removed deny load rds id=mask-rds reason \"masked\""});
    EXPECT_NE(text().find("mask-snd_dummy"), std::string::npos);
    apply();
    EXPECT_EQ(unmask({"rds"}), Lines{}) << "it has none any more";
    unmask({"snd_dummy"});
    EXPECT_FALSE(std::filesystem::exists(root_ / file)) << "nothing is left of it";
}

TEST_F(Masking, RulesOfOthersStay) {
    const std::string others = "# ours\nallow load rds id=a reason \"needed\"\n"
                               "deny load rds mask_rds id=b reason \"masked\"\n";
    root_.write(file, others);
    apply();
    EXPECT_EQ(mask({"rds"}).size(), 1U);
    EXPECT_NE(text().find("id=a"), std::string::npos);
    unmask({"rds"});
    EXPECT_EQ(text(), others);
}

TEST_F(Masking, SaysWhatDoesNotHoldAndWhatToDo) {
    const auto first = [&] { return mask({"rds"}).at(0); };
    constexpr const char *open = "note insmod, and programs that load module files themselves, can "
                                 "still load rds: ";
    driver_.broken = Error{ErrorCode::DriverUnavailable, "the driver is not loaded"};
    EXPECT_EQ(first(), open + std::string("the driver is not loaded; load the driver, then "
                                          "\"modkeeper mask rds\" again denies that too"));
    driver_.broken.reset();
    driver_.policy.trial_left_ns = 1;
    EXPECT_NE(first().find("\"modkeeper policy confirm\""), std::string::npos);
    driver_.policy.trial_left_ns.reset();
    driver_.install_refused = Error{ErrorCode::NotAuthorized, "the policy is sealed"};
    EXPECT_TRUE(first().starts_with(open + std::string("the policy is sealed; \"modkeeper")));
    EXPECT_EQ(text(), "");
    driver_.install_refused.reset();
    root_.write("etc/modkeeper/policy.d/10-x.rules", "deny load other\n");
    driver_.policy.digest = "another";
    const auto unapplied = lines(put_masks(driver_, places_, {"rds"_module})).at(0);
    EXPECT_NE(unapplied.find("\"modkeeper policy apply\""), std::string::npos) << unapplied;
    EXPECT_EQ(unapplied.find("nothing was changed"), std::string::npos)
        << "the lines of modprobe.d were";
    root_.write("etc/modkeeper/policy.d/10-x.rules", "deny lode other\n");
    const auto faults = lines(put_masks(driver_, places_, {"rds"_module})).at(0);
    EXPECT_NE(faults.find("\"modkeeper policy check\""), std::string::npos) << faults;
    EXPECT_EQ(text(), "");
}

TEST_F(Masking, SaysThatAnotherRuleDecides) {
    driver_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Allowed, "allow", "site"};
    EXPECT_EQ(mask({"rds"}), (Lines{"added deny load rds id=mask-rds reason \"masked\"",
                                    "note rds is not denied by it: site decides before"}));
}

TEST_F(Masking, AfterADriverThatWasLoadedAnewTheRuleGoesAllTheSame) {
    mask({"rds"});
    driver_.policy.is_there = false; // the rules on disk are not in force
    driver_.policy.digest.clear();
    driver_.reply = {};
    EXPECT_EQ(unmask({"rds"}), Lines{"removed deny load rds id=mask-rds reason \"masked\""});
    EXPECT_FALSE(std::filesystem::exists(root_ / file));
    apply();
    mask({"rds"});
    driver_.broken = Error{ErrorCode::DriverUnavailable, "the driver is not loaded"};
    EXPECT_EQ(unmask({"rds"}).size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(root_ / file));
}

TEST_F(Masking, ARuleThatIsStillInForceIsTold) {
    mask({"rds"});
    driver_.policy.digest = "another";
    driver_.reply.rule = "mask-rds";
    const auto told = unmask({"rds"});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told[1].starts_with("note rule mask-rds is still in force until \"modkeeper policy "
                                    "apply\", because "));
}

TEST_F(Masking, ARuleThatStaysIsTold) {
    mask({"rds"});
    driver_.policy.trial_left_ns = 1;
    const auto told = unmask({"rds"});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("note rule mask-rds of ")) << told[0];
    EXPECT_TRUE(told[0].ends_with("\"modkeeper policy revoke mask-rds\" takes it away"));
    EXPECT_NE(text().find("mask-rds"), std::string::npos);
}

TEST_F(Masking, WithoutARuleNothingIsAsked) {
    driver_.broken = Error{ErrorCode::DriverUnavailable, "the driver is not loaded"};
    EXPECT_EQ(unmask({"rds"}), Lines{});
}

} // namespace
} // namespace mk::policy
