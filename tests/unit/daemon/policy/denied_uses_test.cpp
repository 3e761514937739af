// SPDX-License-Identifier: GPL-2.0-only
#include "policy/denied_uses.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

Policy parsed(const std::string &text) {
    Policy policy;
    Findings findings;
    parse_rules(text, "10-local.rules", policy, findings);
    EXPECT_TRUE(findings.empty());
    return policy;
}

Sighting seen(const std::string &module, bool is_signed = true) {
    Sighting sighting;
    sighting.module = ModuleName(module);
    sighting.is_signed = is_signed;
    sighting.trigger = Trigger::Command;
    sighting.who = "modprobe";
    sighting.command = "modprobe " + module;
    sighting.realtime_ns = 1;
    return sighting;
}

Sighting would_deny_request(const std::string &alias, const std::string &rule) {
    auto sighting = seen("");
    sighting.way = Sighting::Way::WouldDeny;
    sighting.trigger = Trigger::Request;
    sighting.alias = alias;
    sighting.rule = rule;
    sighting.who = "exploit";
    sighting.uid = 1000;
    return sighting;
}

// "MODULE: LINE", each on a line
std::string text_of(const std::vector<DeniedUse> &uses) {
    std::string text;
    for (const auto &use : uses)
        text += use.module + ": " + use.allowed_by + "\n";
    return text;
}

std::string denied(const std::string &rules, const Sightings &sightings,
                   const KernelFacts &facts = {}) {
    return text_of(denied_uses(parsed(rules), sightings, facts, 0));
}

TEST(DeniedUses, WhatNoRuleAllowsIfTheDefaultDenies) {
    EXPECT_EQ(denied("allow load a\n", {seen("a"), seen("b")}), "b: allow load b if signed\n");
    EXPECT_EQ(denied("allow load a\ndefault load warn\n", {seen("a"), seen("b", false)}),
              "b: allow load b\n");
    EXPECT_EQ(denied("allow load a b\ndefault load allow\n", {seen("a"), seen("b")}), "");
    EXPECT_EQ(denied("warn load a\nallow load a\n", {seen("a")}), "") << "a warning goes on";
    EXPECT_EQ(denied("mode load audit\nallow load *\n", {seen("a")}), "");
}

TEST(DeniedUses, ASignatureThatIsAskedFor) {
    EXPECT_EQ(denied("allow load * if signed\n", {seen("a"), seen("b", false)}),
              "b: allow load b\n");
    // once it was signed, and once not
    EXPECT_EQ(denied("allow load * if signed\n", {seen("a"), seen("a", false)}),
              "a: allow load a\n");
}

TEST(DeniedUses, WhatWasDeniedAlready) {
    auto one = seen("a");
    one.way = Sighting::Way::Denied;
    one.rule = "90-default.rules:1";
    EXPECT_EQ(denied("default load deny\n", {one}), "a: allow load a if signed\n");
    EXPECT_EQ(denied("allow load a\ndefault load deny\n", {one}), "") << "not any more";
}

TEST(DeniedUses, OnlyTheRoots) {
    KernelFacts facts;
    facts.needs = {{"vfat"_module, {"fat"_module}}};
    auto fat = seen("fat");
    fat.command = "modprobe vfat";
    EXPECT_EQ(denied("", {fat, seen("vfat")}, facts), "vfat: allow load vfat if signed\n");
}

TEST(DeniedUses, ADeviceIsNamedByItself) {
    KernelFacts facts;
    facts.device_of = {{"e1000"_module, "/sys/devices/pci0000:00/0000:00:03.0"}};
    const auto uses = denied_uses(parsed("allow load a\n"), {seen("e1000")}, facts, 0);
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].device, "/sys/devices/pci0000:00/0000:00:03.0");
    EXPECT_EQ(uses[0].allowed_by, "allow load @devices if signed");
    EXPECT_EQ(denied("allow load @devices if signed\n", {seen("e1000", false)}, facts),
              "e1000: allow load e1000\n");
}

TEST(DeniedUses, WhatARuleDeniesByIntentNamesTheRule) {
    KernelFacts facts;
    facts.needs = {{"vfat"_module, {"fat"_module}}};
    const auto uses = denied_uses(parsed("deny load fat id=cve reason \"hole\"\nallow load *\n"),
                                  {seen("fat"), seen("vfat")}, facts, 0);
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].module, "fat");
    EXPECT_EQ(uses[0].rule, "cve");
    EXPECT_EQ(uses[0].reason, "hole");
    EXPECT_EQ(uses[0].allowed_by, "allow load fat if signed");
    EXPECT_EQ(uses[0].times, 1U);
}

TEST(DeniedUses, WhatDependsOnTheLoaderTheDriverHasJudged) {
    auto one = seen("a");
    one.rule = "boxes";
    const std::string rules = "deny load * if by container id=boxes\nallow load *\n";
    EXPECT_EQ(denied(rules, {one}), "a: allow load a if signed\n");
    EXPECT_EQ(denied(rules, {seen("a")}), "");
    EXPECT_EQ(denied("allow load *\n", {one}), "") << "the rule is gone";
}

TEST(DeniedUses, RequestsThatARuleWouldHaveDenied) {
    const auto one = would_deny_request("net-pf-33", "sockets");
    const auto uses =
        denied_uses(parsed("deny request net-pf-* id=sockets reason \"ask\"\n"), {one, one}, {}, 0);
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].module, "");
    EXPECT_EQ(uses[0].alias, "net-pf-33");
    EXPECT_EQ(uses[0].times, 2U);
    EXPECT_EQ(uses[0].rule, "sockets");
    EXPECT_EQ(uses[0].allowed_by, "allow request net-pf-33");
    ASSERT_TRUE(uses[0].last);
    EXPECT_EQ(uses[0].last->uid, 1000U);
    EXPECT_EQ(denied("allow request *\n", {one}), "") << "the rule is gone";
}

TEST(DeniedUses, TheLastOneIsTheOneThatIsNamed) {
    auto later = seen("a");
    later.realtime_ns = 2;
    later.who = "insmod";
    auto present = seen("a");
    present.way = Sighting::Way::Present;
    present.realtime_ns = 0;
    const auto uses = denied_uses({}, {later, seen("a"), present}, {}, 0);
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].times, 2U);
    ASSERT_TRUE(uses[0].last);
    EXPECT_EQ(uses[0].last->who, "insmod");
    EXPECT_FALSE(denied_uses({}, {present}, {}, 0)[0].last);
}

TEST(DeniedUses, EnforcedHasOneDefault) {
    for (const char *text : {"", "default load warn id=learning reason \"x\"\n",
                             "default load deny id=mine\n", "default load allow\n"}) {
        const auto rules = enforced(parsed(text)).rules;
        ASSERT_EQ(rules.size(), 1U) << text;
        EXPECT_EQ(rules[0].verdict, Verdict::Deny);
        EXPECT_NE(rules[0].id, "learning");
    }
}

} // namespace
} // namespace mk::policy
