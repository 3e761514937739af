// SPDX-License-Identifier: GPL-2.0-only
#include "policy/named_sets.hpp"

#include <gtest/gtest.h>

#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

struct Expanded {
    Policy policy;
    Findings findings;
};

Expanded expand(std::string_view text) {
    Expanded result;
    parse_rules(text, "f", result.policy, result.findings);
    EXPECT_TRUE(result.findings.empty()) << text;
    expand_sets(result.policy, result.findings);
    return result;
}

std::string names(const std::vector<Pattern> &patterns) {
    std::string text;
    for (const auto &pattern : patterns)
        text += (text.empty() ? "" : " ") + pattern.text;
    return text;
}

TEST(NamedSets, AreReplacedByTheirMembersAndTheirs) {
    const auto found =
        expand("deny load a @one z except @two\nset @one = b @two c\nset @two = d\n");
    EXPECT_TRUE(found.findings.empty());
    EXPECT_EQ(names(found.policy.rules[0].what), "a b d c z");
    EXPECT_EQ(names(found.policy.rules[0].except), "d");
    EXPECT_EQ(found.policy.rules[0].what[1].place, (Place{"f", 1, 13}));
}

TEST(NamedSets, SelectorsStayInLoadsAndCannotBeInRequests) {
    const auto load = expand("set @s = @devices x\nallow load @s\n");
    EXPECT_TRUE(load.findings.empty());
    EXPECT_EQ(load.policy.rules[0].what[0].kind, Pattern::Kind::Devices);
    const auto request = expand("set @s = @devices x\nallow request @s\n");
    ASSERT_EQ(request.findings.size(), 1U);
    EXPECT_EQ(request.findings[0].text(), "f:2:15: error: the set chooses modules at f:1:10; a "
                                          "request has a name only");
}

TEST(NamedSets, WhatIsNoSetIsSaid) {
    const auto found = expand("set @usb = x\ndeny load @ubs @xylophone\n");
    ASSERT_EQ(found.findings.size(), 2U);
    EXPECT_EQ(found.findings[0].text(), "f:2:11: error: there is no set @ubs; did you mean @usb?");
    EXPECT_EQ(found.findings[1].text(), "f:2:16: error: there is no set @xylophone");
}

TEST(NamedSets, CirclesAndSecondDefinitionsAreErrors) {
    const auto circle = expand("set @a = x @b\nset @b = @a y\ndeny load @a\n");
    ASSERT_EQ(circle.findings.size(), 1U);
    EXPECT_EQ(circle.findings[0].text(), "f:2:10: error: the set @a contains itself");
    EXPECT_EQ(names(circle.policy.rules[0].what), "x y");
    const auto twice = expand("set @a = x\nset @a = y\ndeny load @a\n");
    ASSERT_EQ(twice.findings.size(), 1U);
    EXPECT_EQ(twice.findings[0].text(),
              "f:2:1: error: the set @a is defined twice; first at f:1:1");
}

// Sets that double their members at each step would fill the memory.
TEST(NamedSets, AreNotExpandedWithoutEnd) {
    std::string text = "set @s0 = a b\n";
    for (int i = 1; i < 30; ++i)
        text += "set @s" + std::to_string(i) + " = @s" + std::to_string(i - 1) + " @s" +
                std::to_string(i - 1) + "\n";
    const auto found = expand(text + "deny load @s29\n");
    ASSERT_FALSE(found.findings.empty());
    EXPECT_EQ(found.findings[0].text(), "f:31:11: error: the rules have more than 65536 names");
    EXPECT_EQ(found.findings.size(), 1U);
}

TEST(NamedSets, AreNotNestedWithoutEnd) {
    std::string text = "set @s0 = a b\n";
    for (int i = 1; i < 5000; ++i)
        text += "set @s" + std::to_string(i) + " = @s" + std::to_string(i - 1) + "\n";
    const auto found = expand(text + "deny load @s4999 c\n");
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_NE(found.findings[0].text().find("more than 32 sets within sets"), std::string::npos);
    EXPECT_EQ(names(found.policy.rules[0].what), "c");
}

} // namespace
} // namespace mk::policy
