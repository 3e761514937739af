// SPDX-License-Identifier: GPL-2.0-only
#include "policy/policy_state.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::policy {
namespace {

class State : public testing::Test {
  protected:
    StatePlaces places() const { return {root_.path()}; }
    static KeptText text(const std::string &rules) {
        return kept_text_of({{"/etc/modkeeper/policy.d/a.rules", rules}}).value();
    }
    static unsigned mode_of(const std::string &path) {
        struct stat status {};
        EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777U;
    }

    test::TemporaryFolder root_;
};

TEST_F(State, OfAFreshMachineIsNothing) {
    EXPECT_FALSE(last_good(places()));
    EXPECT_FALSE(unconfirmed_trial(places()));
    EXPECT_FALSE(kept_with_digest(places(), text("").digest));
}

TEST_F(State, TheGoodTextIsThereOnceItIsKept) {
    const auto state = PolicyState::open(places());
    ASSERT_TRUE(state) << state.error().message;
    const auto one = text("deny load one\n");
    {
        auto staged = state.value().stage_good(one);
        ASSERT_TRUE(staged);
        EXPECT_FALSE(last_good(places()));
        ASSERT_TRUE(staged.value().keep());
    }
    ASSERT_TRUE(last_good(places()));
    EXPECT_EQ(last_good(places()).value().digest, one.digest);
    // another one that comes to nothing
    { const auto staged = state.value().stage_good(text("deny load two\n")); }
    EXPECT_EQ(last_good(places()).value().digest, one.digest);
    EXPECT_TRUE(kept_with_digest(places(), one.digest));
    EXPECT_FALSE(kept_with_digest(places(), text("deny load two\n").digest));
}

TEST_F(State, IsForRootAlone) {
    const auto state = PolicyState::open(places());
    ASSERT_TRUE(state.value().stage_good(text("x")).value().keep());
    ASSERT_TRUE(stage_in_force(places(), text("x")).value().keep());
    EXPECT_EQ(mode_of(places().folder()), 0700U);
    EXPECT_EQ(mode_of(places().good()), 0600U);
    EXPECT_EQ(mode_of(places().in_force()), 0600U);
}

TEST_F(State, ATornGoodTextIsNone) {
    const auto state = PolicyState::open(places());
    const auto one = text("deny load one\n");
    root_.write("var/lib/modkeeper/policy/good/rules", one.bytes.substr(0, one.bytes.size() / 2));
    const auto good = last_good(places());
    ASSERT_FALSE(good);
    EXPECT_NE(good.error().message.find("not the whole"), std::string::npos);
}

TEST_F(State, ATrialIsRememberedUntilItIsForgotten) {
    const auto state = PolicyState::open(places());
    ASSERT_TRUE(state.value().stage_trial({"00ff", 7}).value().keep());
    const auto mark = unconfirmed_trial(places());
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->digest, "00ff");
    EXPECT_EQ(mark->generation, 7U);
    EXPECT_TRUE(state.value().forget_trial());
    EXPECT_FALSE(unconfirmed_trial(places()));
    EXPECT_TRUE(state.value().forget_trial());
    root_.write("var/lib/modkeeper/policy/trial", "torn");
    EXPECT_FALSE(unconfirmed_trial(places()));
}

TEST_F(State, DevicesAreRememberedForABootThatDoesNotSeeThemYet) {
    EXPECT_TRUE(remembered_devices(places()).empty());
    root_.write("sys/devices/a/modalias", "usb:a\n");
    root_.write("sys/devices/b/modalias", "usb:b\n");
    root_.write("sys/devices/c/modalias", "usb:a\n");
    const auto state = PolicyState::open(places());
    ASSERT_TRUE(state.value().remember_devices());
    EXPECT_EQ(remembered_devices(places()), (std::vector<std::string>{"usb:a", "usb:b"}));
}

} // namespace
} // namespace mk::policy
