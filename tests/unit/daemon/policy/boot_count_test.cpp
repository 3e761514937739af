// SPDX-License-Identifier: GPL-2.0-only
// Boots one after the other: what each finds, and what it leaves to the next one.
#include "policy/boot_count.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/fake_policy.hpp"
#include "fixtures/temporary_folder.hpp"
#include "policy/activation.hpp"

namespace mk::policy {
namespace {

class Boots : public testing::Test {
  protected:
    Boots() {
        driver_.policy.ceiling = driver::PolicyMode::Enforce;
        (void)PolicyState::open(places());
    }
    StatePlaces places() const { return {root_.path()}; }
    static ReadyPolicy rules(const std::string &text = "deny load one\n") {
        ReadyPolicy ready;
        ready.text = kept_text_of({{"/etc/modkeeper/policy.d/a.rules", text}}).value();
        ready.rules = parse_policy({{"/etc/modkeeper/policy.d/a.rules", text}}, 0);
        ready.block = text;
        return ready;
    }
    // Up to the time at which rules are applied.
    BootActivation begins(ReadyPolicy ready = rules()) {
        std::filesystem::remove_all(root_ / "run");
        root_.write("proc/sys/kernel/random/boot_id", std::to_string(++boots_) + "\n");
        driver_.policy.generation = 0;
        auto done = activate_at_boot(driver_, places(), ready);
        EXPECT_TRUE(done) << done.error().message;
        const auto &given = driver_.installed_ones.back();
        driver_.policy.load_mode = given.load_mode;
        driver_.policy.request_mode = given.request_mode;
        driver_.policy.digest = ready.text.digest;
        return done ? done.value() : BootActivation{};
    }
    // Up to the time at which the disk can be written: how many are counted, 0 for none.
    unsigned goes_on() {
        const auto counted = count_boot(driver_, places());
        EXPECT_TRUE(counted) << counted.error().message;
        return counted && counted.value() ? counted.value()->boots : 0;
    }

    test::TemporaryFolder root_;
    test::FakePolicy driver_;
    int boots_ = 0;
};

TEST_F(Boots, TheThirdIsHeldBack) {
    for (unsigned i = 1; i <= boots_before_audit; i++) {
        EXPECT_FALSE(begins().is_held_back);
        EXPECT_EQ(goes_on(), i);
        EXPECT_EQ(goes_on(), i) << "the unit is started again";
        EXPECT_FALSE(is_held_back(boot_mark(places()), driver_.policy));
    }
    for (int i = 0; i < 2; i++) {
        EXPECT_TRUE(begins().is_held_back);
        EXPECT_EQ(driver_.policy.load_mode, driver::PolicyMode::Audit);
        EXPECT_EQ(driver_.policy.request_mode, driver::PolicyMode::Audit);
        EXPECT_TRUE(is_held_back(boot_mark(places()), driver_.policy));
        EXPECT_EQ(goes_on(), 0U) << "nothing is denied";
    }
    // until one comes to its end
    EXPECT_TRUE(forget_counted(places()).value());
    EXPECT_FALSE(begins().is_held_back);
    EXPECT_EQ(goes_on(), 1U);
}

TEST_F(Boots, OneThatReachesItsEndIsForgotten) {
    for (int i = 0; i < 4; i++) {
        EXPECT_FALSE(begins().is_held_back);
        EXPECT_EQ(goes_on(), 1U);
        EXPECT_TRUE(forget_counted(places()).value());
        EXPECT_FALSE(forget_counted(places()).value());
    }
}

TEST_F(Boots, WhoChangesOrAppliesRulesBeginsAnew) {
    for (int i = 0; i < 2; i++) {
        begins();
        goes_on();
    }
    EXPECT_FALSE(begins(rules("deny load two\n")).is_held_back);
    EXPECT_EQ(goes_on(), 1U);
    begins();
    goes_on();
    begins();
    goes_on();
    EXPECT_TRUE(begins().is_held_back);
    ASSERT_TRUE(activate(driver_, places(), rules(), 0));
    EXPECT_FALSE(is_held_back(boot_mark(places()), driver_.policy));
    EXPECT_FALSE(begins().is_held_back);
}

TEST_F(Boots, WithoutEnforcedRulesAreNotCounted) {
    EXPECT_EQ(goes_on(), 0U) << "no rules were applied";
    auto audit = rules();
    audit.load_mode = audit.request_mode = Mode::Audit;
    begins(audit);
    EXPECT_EQ(goes_on(), 0U);
    driver_.policy.ceiling = driver::PolicyMode::Audit;
    begins();
    EXPECT_EQ(goes_on(), 0U);
    driver_.policy.ceiling = driver::PolicyMode::Enforce;
    begins();
    driver_.broken = Error{ErrorCode::DriverUnavailable, "the driver is not loaded"};
    EXPECT_EQ(goes_on(), 0U);
    EXPECT_FALSE(boot_count(places()).value());
}

TEST_F(Boots, TheBootLineIsNotOutdone) {
    for (int i = 0; i < 2; i++) {
        begins();
        goes_on();
    }
    driver_.policy.ceiling = driver::PolicyMode::Off;
    EXPECT_FALSE(begins().is_held_back) << "it was the driver's parameter, not the guard";
}

TEST_F(Boots, ATornCountIsSaidAndBeginsAnew) {
    root_.write("var/lib/modkeeper/policy/boots", "00ff 2");
    const auto begun = begins();
    EXPECT_FALSE(begun.is_held_back);
    ASSERT_TRUE(begun.unguarded);
    EXPECT_NE(begun.unguarded->message.find("damaged"), std::string::npos);
    EXPECT_EQ(goes_on(), 1U);
}

TEST_F(Boots, WhereTheCountIsMountedLaterNothingIsGuessed) {
    std::filesystem::remove_all(root_ / "var");
    const auto begun = begins();
    EXPECT_FALSE(begun.is_held_back);
    ASSERT_TRUE(begun.unguarded);
    EXPECT_EQ(begun.unguarded->code, ErrorCode::NotFound);
    // it is there now
    const auto counted = count_boot(driver_, places());
    ASSERT_FALSE(counted);
    EXPECT_EQ(counted.error().code, ErrorCode::NotFound);
    EXPECT_FALSE(boot_count(places()).value());
    // and at the next boot from its beginning
    EXPECT_FALSE(begins().unguarded);
    EXPECT_EQ(goes_on(), 1U);
}

TEST_F(Boots, ACountThatCannotBeWrittenIsSaid) {
    begins();
    root_.write("var/lib/modkeeper/policy/boots/in-the-way", "");
    const auto counted = count_boot(driver_, places());
    ASSERT_FALSE(counted);
    EXPECT_NE(counted.error().code, ErrorCode::NotFound);
}

TEST_F(Boots, EverybodyMayReadWhyNothingIsDenied) {
    begins();
    const auto mark = std::filesystem::status(places().boot()).permissions();
    EXPECT_EQ(static_cast<unsigned>(mark), 0644U);
    root_.write("run/modkeeper/boot", "1 x\n");
    EXPECT_FALSE(boot_mark(places()));
}

} // namespace
} // namespace mk::policy
