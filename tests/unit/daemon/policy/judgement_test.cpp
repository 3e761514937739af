// SPDX-License-Identifier: GPL-2.0-only
#include "policy/judgement.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

// The line of the rule that decides about a module; 0: none.
unsigned line_of(const std::string &text, const LoadFacts &facts, std::int64_t now = 0) {
    Policy policy;
    Findings findings;
    parse_rules(text, "a.rules", policy, findings);
    EXPECT_TRUE(findings.empty()) << text;
    const auto *rule = deciding_rule(policy, facts, now);
    return rule == nullptr ? 0 : rule->place.line;
}

unsigned line_of(const std::string &text, const std::string &module) {
    return line_of(text, LoadFacts{ModuleName(module)});
}

TEST(Judgement, TheFirstThatFitsDecidesAndTheDefaultLast) {
    const std::string rules = "default load deny\nwarn load a\nallow load a*\ndeny load a b\n"
                              "deny request a\ndeny load c* except cc\n";
    EXPECT_EQ(line_of(rules, "a"), 3U);
    EXPECT_EQ(line_of(rules, "b"), 4U);
    EXPECT_EQ(line_of(rules, "cd"), 6U);
    EXPECT_EQ(line_of(rules, "cc"), 1U);
    EXPECT_EQ(line_of("deny load a\n", "b"), 0U);
}

TEST(Judgement, ConditionsAreThoseOfABoot) {
    LoadFacts facts{"a"_module};
    const auto decides = [&](const std::string &condition) {
        return line_of("deny load a if " + condition + "\n", facts) == 1U;
    };
    for (const auto *holds : {"signed", "not out-of-tree", "not from-memory", "by uid=0",
                              "not by unprivileged", "not by container", "signed and by uid=0-9"})
        EXPECT_TRUE(decides(holds)) << holds;
    for (const auto *fails : {"not signed", "out-of-tree", "staging", "by uid=1-9", "by container",
                              // not known beforehand
                              "path=/x", "not path=/x", "parameters=*", "for container",
                              "not for container", "by helper", "not by helper"})
        EXPECT_FALSE(decides(fails)) << fails;
    facts.is_signed = [] { return false; };
    facts.is_out_of_tree = [] { return true; };
    EXPECT_TRUE(decides("not signed"));
    EXPECT_TRUE(decides("out-of-tree"));
}

TEST(Judgement, ARuleThatEndedDoesNotDecide) {
    const LoadFacts facts{"a"_module};
    constexpr std::int64_t late = 4'102'444'800; // 2100
    EXPECT_EQ(line_of("deny load a until=2050-01-01\n", facts, 0), 1U);
    EXPECT_EQ(line_of("deny load a until=2050-01-01\n", facts, late), 0U);
}

TEST(Judgement, FilesAreReadOnlyIfARuleAsks) {
    LoadFacts facts{"a"_module};
    int asked = 0;
    facts.is_signed = [&] {
        ++asked;
        return true;
    };
    line_of("deny load b if signed\ndeny load a\n", facts);
    EXPECT_EQ(asked, 0);
    line_of("deny load a if signed\n", facts);
    EXPECT_EQ(asked, 1);
}

} // namespace
} // namespace mk::policy
