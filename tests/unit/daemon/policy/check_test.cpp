// SPDX-License-Identifier: GPL-2.0-only
#include "policy/check.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_tree.hpp"

namespace mk::policy {
namespace {

class Check : public testing::Test {
  protected:
    Check() {
        tree_.add("mk_one", {"name=mk_one"});
        tree_.index();
        tree_.root().write("etc/modules-load.d/site.conf", "mk_one\n");
    }
    CheckedPolicy check(const std::string &text) {
        tree_.root().write("etc/modkeeper/policy.d/a.rules", text);
        auto checked = check_policy({tree_.root().path(), "6.1.0-test"}, {}, 0);
        EXPECT_TRUE(checked);
        return std::move(checked.value());
    }

    test::ModuleTree tree_;
};

TEST_F(Check, TellsWhatTheMachineNeedsAndTheRulesDeny) {
    const auto checked = check("deny load mk_one reason \"not here\"\n");
    EXPECT_FALSE(has_errors(checked.rules.findings));
    EXPECT_EQ(checked.release, "6.1.0-test");
    ASSERT_EQ(checked.denied.size(), 1U);
    const auto &denied = checked.denied.front();
    EXPECT_EQ(denied.need.name, "mk_one");
    EXPECT_EQ(denied.reason, "not here");
    EXPECT_EQ(denied.place.line, 1U);
    // modules-load.d names it: neither a boot nor a device misses it
    EXPECT_FALSE(denied.is_grave());
    EXPECT_FALSE(checked.is_grave());
}

TEST_F(Check, WhatIsAllowedIsNoProblem) {
    EXPECT_TRUE(check("allow load mk_one\ndeny load *\n").denied.empty());
    EXPECT_TRUE(check("").denied.empty());
}

TEST_F(Check, RulesWithErrorsAreNotHeldAgainstTheMachine) {
    const auto checked = check("deny load mk_one\ndeni load mk_one\n");
    EXPECT_TRUE(has_errors(checked.rules.findings));
    EXPECT_TRUE(checked.denied.empty());
}

TEST_F(Check, OtherFilesStandInForThoseOnDisk) {
    check("deny load mk_one\n");
    tree_.root().write("mine.rules", "allow load mk_one\n");
    const auto checked =
        check_policy({tree_.root().path(), "6.1.0-test"}, {tree_.root().path() + "/mine.rules"}, 0);
    ASSERT_TRUE(checked);
    EXPECT_TRUE(checked.value().denied.empty());
    EXPECT_EQ(checked.value().rules.files.size(), 1U);
}

} // namespace
} // namespace mk::policy
