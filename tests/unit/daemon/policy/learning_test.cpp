// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learning.hpp"

#include <gtest/gtest.h>

#include "policy/lint.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

constexpr std::uint64_t noon_ns = 1'795'176'000'987'000'000; // 2026-11-20 12:00 UTC

Policy parsed(const std::string &text, const std::string &file) {
    Policy policy;
    Findings findings;
    parse_rules(text, file, policy, findings);
    lint(policy, 0, findings);
    EXPECT_TRUE(findings.empty());
    return policy;
}

TEST(Learning, IsADefaultThatOnlyWarns) {
    const auto text = learning_text(noon_ns);
    EXPECT_TRUE(is_learning_text(text));
    EXPECT_FALSE(is_learning_text("default load warn\n"));
    const auto policy = parsed(text, learning_file);
    ASSERT_EQ(policy.rules.size(), 1U);
    EXPECT_TRUE(policy.rules[0].is_default);
    EXPECT_EQ(policy.rules[0].verdict, Verdict::Warn);
    EXPECT_EQ(policy.rules[0].id, "learning");
    EXPECT_EQ(policy.rules[0].reason, "learning since 2026-11-20T12:00:00Z");
}

TEST(Learning, IsKnownByTheRuleInForce) {
    driver::InstalledPolicy policy;
    EXPECT_FALSE(learning_since(policy));
    driver::InstalledRule rule{
        "learning", "learning since 2026-11-20T12:00:00Z", driver::PolicyGate::Load, "warn", 3,
        true};
    policy.rules = {rule};
    EXPECT_EQ(learning_since(policy), "2026-11-20T12:00:00Z");
    policy.rules[0].verdict = "deny";
    EXPECT_FALSE(learning_since(policy));
    policy.rules = {rule};
    policy.rules[0].id = "90-default.rules:1";
    EXPECT_FALSE(learning_since(policy));
}

TEST(Learning, KnowsTheDefaultOfOthers) {
    EXPECT_EQ(default_of_others(parsed("deny load a\ndefault request deny\n", "a.rules")), nullptr);
    EXPECT_EQ(default_of_others(parsed(learning_text(noon_ns), learning_file)), nullptr);
    const auto policy = parsed("deny load a\ndefault load deny\n", "a.rules");
    const auto *rule = default_of_others(policy);
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->place.line, 2U);
}

} // namespace
} // namespace mk::policy
