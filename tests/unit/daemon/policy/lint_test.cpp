// SPDX-License-Identifier: GPL-2.0-only
#include "policy/lint.hpp"

#include <gtest/gtest.h>

#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

std::vector<std::string> linted(std::string_view text, std::int64_t now = 0) {
    Policy policy;
    Findings findings;
    parse_rules(text, "f", policy, findings);
    EXPECT_TRUE(findings.empty()) << text;
    lint(policy, now, findings);
    std::vector<std::string> said;
    for (const auto &finding : findings)
        said.push_back(finding.text());
    return said;
}

using Said = std::vector<std::string>;

TEST(Lint, GoodRulesAreLeftAlone) {
    EXPECT_EQ(
        linted("allow load usb_storage\ndeny load usb*\nwarn load * if from-memory\n"
               "deny load x if by container\nallow load x\ndeny request x\n"
               "default load deny\ndefault request allow\nmode load enforce\nmode request off\n"),
        Said());
}

TEST(Lint, OneDefaultAndOneModeAGate) {
    EXPECT_EQ(
        linted("default load deny\ndefault load allow\nmode request off\nmode request audit\n"),
        (Said{"f:2:1: error: a second default load; the first is at f:1:1",
              "f:4:1: error: a second mode request; the first is at f:3:1"}));
}

TEST(Lint, AnIdIsOfOneRule) {
    EXPECT_EQ(linted("deny load x id=a\nallow load y id=a\n"),
              Said{"f:2:1: error: the id a is taken; by the rule at f:1:1"});
    EXPECT_EQ(linted("deny load x id=f:2\nallow load y\n"),
              Said{"f:2:1: error: the id f:2 is taken; by the rule at f:1:1"});
}

TEST(Lint, WhatIsNeverReachedIsSaid) {
    EXPECT_EQ(linted("deny load usb*\nallow load hid usb-storage\n"),
              Said{"f:2:16: warning: this has no effect: f:1 decides it before"});
    EXPECT_EQ(linted("deny load a-b\ndeny load a_b\n"),
              Said{"f:2:11: warning: this has no effect: f:1 decides it before"});
    EXPECT_EQ(linted("allow load *\ndeny load @devices\n"),
              Said{"f:2:11: warning: this has no effect: f:1 decides it before"});
    EXPECT_EQ(linted("deny request net-pf-*\nallow request net_pf_4\n"),
              Said{"f:2:15: warning: this has no effect: f:1 decides it before"});
}

TEST(Lint, WhatOnlySometimesDecidesHidesNothing) {
    EXPECT_EQ(linted("deny load x if forced\nallow load x\n"), Said());
    EXPECT_EQ(linted("deny load * except x\nallow load x\n"), Said());
    EXPECT_EQ(linted("warn load *\nallow load x\n"), Said());
    EXPECT_EQ(linted("deny load x until=2026-12-31\nallow load x\n"), Said());
    EXPECT_EQ(linted("deny load usb_storage\nallow load usb*\n"), Said());
    EXPECT_EQ(linted("deny request x\nallow load x\n"), Said());
}

TEST(Lint, ConditionsThatCannotOrHardlyHold) {
    EXPECT_EQ(linted("deny load x if path=/lib/*\n"),
              Said{"f:1:16: warning: whoever can mount a file system can give any file this path; "
                   "add: and on-root-device"});
    EXPECT_EQ(linted("deny load x if path=/lib/* and on-root-device\n"), Said());
    EXPECT_EQ(
        linted("deny load x if signed and not signed\n"),
        Said{"f:1:31: warning: this rule never holds; it asks for a thing and for its contrary"});
    EXPECT_EQ(linted("deny load x if by uid=1 and not by uid=2\n"), Said());
}

TEST(Lint, WhatHasEndedIsSaid) {
    EXPECT_EQ(linted("deny load x until=2026-12-31\n", 1'800'000'000),
              Said{"f:1:1: warning: this rule has ended; remove it"});
}

TEST(Lint, HasTheLimitsOfTheDriver) {
    std::string globs;
    for (int i = 0; i < 256; ++i)
        globs += "deny load a" + std::to_string(i) + "*\n";
    EXPECT_EQ(linted(globs), Said());
    const auto said = linted(globs + "deny request x*\ndeny load b*\n");
    ASSERT_EQ(said.size(), 1U);
    EXPECT_TRUE(said[0].starts_with("f:258:11: error: there are more than 256 patterns"))
        << said[0];
}

TEST(Lint, ARuleWithoutAnIdIsCalledAfterItsFile) {
    const auto said = [](const std::string &file, const char *text) {
        Policy policy;
        Findings findings;
        parse_rules(text, file, policy, findings);
        lint(policy, 0, findings);
        return findings.size();
    };
    EXPECT_EQ(said("/etc/10-a.rules", "deny load x\n"), 0U);
    EXPECT_EQ(said("/etc/10 a.rules", "deny load x\n"), 1U);
    EXPECT_EQ(said("/etc/10 a.rules", "deny load x id=y\n"), 0U);
    EXPECT_EQ(said("/etc/" + std::string(62, 'x'), "deny load x\n"), 1U);
}

} // namespace
} // namespace mk::policy
