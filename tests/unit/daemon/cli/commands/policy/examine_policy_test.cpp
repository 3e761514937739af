// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/examine_policy.hpp"

#include <gtest/gtest.h>

namespace mk::cli::test {
namespace {

driver::InstalledPolicy in_force() {
    driver::InstalledPolicy policy;
    policy.is_there = true;
    policy.generation = 1;
    policy.digest = "aa";
    policy.release = "6.1";
    policy.load_mode = policy.ceiling = driver::PolicyMode::Enforce;
    policy.rules.resize(2);
    return policy;
}

PolicySituation good() {
    return {2, false, "aa", "6.1", std::nullopt, std::nullopt, in_force()};
}

Diagnosis found(const PolicySituation &situation) {
    Diagnoses findings;
    examine_policy(situation, findings);
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Diagnosis{} : findings.front();
}

TEST(ExaminePolicy, AMachineWithoutRulesIsNotTroubled) {
    Diagnoses findings;
    examine_policy({0, false, "", "6.1", std::nullopt, std::nullopt, driver::InstalledPolicy{}},
                   findings);
    examine_policy({0, false, "", "6.1", std::nullopt, std::nullopt,
                    Error{ErrorCode::DriverUnavailable, "no driver"}},
                   findings);
    EXPECT_TRUE(findings.empty());
}

TEST(ExaminePolicy, RulesInForceAreFine) {
    EXPECT_EQ(found(good()).severity, Severity::Ok);
    EXPECT_EQ(found(good()).reason, "2 rules on disk and in force; loads: enforce");
}

TEST(ExaminePolicy, WhatKeepsRulesFromTheirForceIsTold) {
    auto is = good();
    is.has_errors = true;
    EXPECT_EQ(found(is).severity, Severity::Fails);

    is = good();
    is.installed = Error{ErrorCode::DriverUnavailable, "no driver"};
    EXPECT_EQ(found(is).severity, Severity::Fails);
    EXPECT_NE(found(is).reason.find("the driver is not loaded"), std::string::npos);
    is.installed = Error{ErrorCode::NotAuthorized, "no"};
    EXPECT_EQ(found(is).severity, Severity::Unknown);

    is = good();
    is.installed = driver::InstalledPolicy{};
    EXPECT_EQ(found(is).severity, Severity::Fails);
    EXPECT_NE(found(is).reason.find("not in force"), std::string::npos);
}

TEST(ExaminePolicy, RulesThatABootHeldBackAreAProblemUntilSomebodyChangesThem) {
    auto is = good();
    is.boot = policy::BootMark{1, 1};
    EXPECT_EQ(found(is).severity, Severity::Fails);
    EXPECT_NE(found(is).reason.find("multi-user.target"), std::string::npos);
    is.installed.value().generation = 2;
    EXPECT_EQ(found(is).severity, Severity::Ok);
    is.boot = policy::BootMark{1, 0};
    EXPECT_EQ(found(is).severity, Severity::Ok);
}

TEST(ExaminePolicy, OtherRulesInForceAreAWarning) {
    auto is = good();
    is.digest = "bb";
    EXPECT_NE(found(is).reason.find("not those in force"), std::string::npos);
    is.trial = {"cc", 1};
    EXPECT_NE(found(is).reason.find("not those in force"), std::string::npos);
    is.trial = {"bb", 1};
    EXPECT_NE(found(is).reason.find("nobody confirmed"), std::string::npos);

    is = good();
    is.release = "6.12";
    EXPECT_EQ(found(is).reason, "the rules were compiled for kernel 6.1, and 6.12 runs");

    is = good();
    is.rule_count = 0;
    EXPECT_NE(found(is).reason.find("no rules on disk any more"), std::string::npos);

    is = good();
    is.unseen = {policy::warning_at({"/etc/a.rules", 2, 1}, "this rule never holds"),
                 policy::warning_at({"/etc/a.rules", 3, 1}, "nor does this one")};
    EXPECT_EQ(found(is).severity, Severity::Fails);
    EXPECT_EQ(found(is).reason, "/etc/a.rules:2:1: this rule never holds (1 more)");

    is = good();
    is.installed.value().trial_left_ns = 5;
    EXPECT_NE(found(is).reason.find("on trial"), std::string::npos);
    EXPECT_EQ(found(is).severity, Severity::Warning);
}

} // namespace
} // namespace mk::cli::test
