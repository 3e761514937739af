// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_parser.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace mk::policy {
namespace {

using Fact = Condition::Fact;
using Kind = Pattern::Kind;

struct Parsed {
    Policy policy;
    Findings findings;
};

Parsed parse(std::string_view text) {
    Parsed result;
    parse_rules(text, "f", result.policy, result.findings);
    return result;
}

Rule rule(std::string_view text) {
    const auto parsed = parse(text);
    for (const auto &finding : parsed.findings)
        ADD_FAILURE() << text << ": " << finding.text();
    return parsed.policy.rules.empty() ? Rule() : parsed.policy.rules.front();
}

// All findings of a text that no rule is made of.
std::string fault(std::string_view text) {
    const auto parsed = parse(text);
    EXPECT_TRUE(parsed.policy.rules.empty() && parsed.policy.sets.empty() &&
                parsed.policy.modes.empty())
        << text;
    std::string result;
    for (const auto &finding : parsed.findings)
        result += (result.empty() ? "" : "\n") + finding.text();
    return result;
}

TEST(RuleParser, ReadsEveryPart) {
    const auto one =
        rule("deny load esp4 rxrpc-x @usb alias:usb:*ic03* file:kernel/drivers/staging/** "
             "@devices except nvidia* @boot if not signed and by uid=1000-1999 and "
             "parameters=*debug=1* id=cve-2026:1 reason \"Copy Fail\"");
    EXPECT_EQ(one.verdict, Verdict::Deny);
    EXPECT_EQ(one.gate, Gate::Load);
    ASSERT_EQ(one.what.size(), 6U);
    EXPECT_EQ(one.what[1].text, "rxrpc_x");
    EXPECT_EQ(one.what[1].place, (Place{"f", 1, 16}));
    EXPECT_EQ(one.what[2].kind, Kind::Set);
    EXPECT_EQ(one.what[2].text, "usb");
    EXPECT_EQ(one.what[3].kind, Kind::Alias);
    EXPECT_EQ(one.what[3].text, "usb:*ic03*");
    EXPECT_EQ(one.what[4].kind, Kind::File);
    EXPECT_EQ(one.what[5].kind, Kind::Devices);
    ASSERT_EQ(one.except.size(), 2U);
    EXPECT_EQ(one.except[1].kind, Kind::Boot);
    ASSERT_EQ(one.conditions.size(), 3U);
    EXPECT_EQ(one.conditions[0].fact, Fact::Signed);
    EXPECT_TRUE(one.conditions[0].is_negated);
    EXPECT_EQ(one.conditions[1].fact, Fact::By);
    EXPECT_EQ(one.conditions[1].who.kind, Who::Kind::Uid);
    EXPECT_EQ(one.conditions[1].who.uid_first, 1000U);
    EXPECT_EQ(one.conditions[1].who.uid_last, 1999U);
    EXPECT_EQ(one.conditions[2].text, "*debug=1*");
    EXPECT_EQ(one.id, "cve-2026:1");
    EXPECT_EQ(one.name(), "cve-2026:1");
    EXPECT_EQ(one.reason, "Copy Fail");
}

TEST(RuleParser, ReadsRequestsDefaultsModesAndSets) {
    const auto parsed = parse("policy 1\nset @usb = uas usb_storage @more\nmode load audit\n"
                              "deny request net-pf-* if by unprivileged\n"
                              "default load warn reason \"not listed\"\n");
    EXPECT_TRUE(parsed.findings.empty());
    ASSERT_EQ(parsed.policy.sets.size(), 1U);
    EXPECT_EQ(parsed.policy.sets[0].name, "usb");
    EXPECT_EQ(parsed.policy.sets[0].members.size(), 3U);
    ASSERT_EQ(parsed.policy.modes.size(), 1U);
    EXPECT_EQ(parsed.policy.modes[0].mode, Mode::Audit);
    ASSERT_EQ(parsed.policy.rules.size(), 2U);
    EXPECT_EQ(parsed.policy.rules[0].gate, Gate::Request);
    EXPECT_EQ(parsed.policy.rules[0].what[0].text, "net-pf-*");
    EXPECT_TRUE(parsed.policy.rules[1].is_default);
    EXPECT_EQ(parsed.policy.rules[1].verdict, Verdict::Warn);
    EXPECT_EQ(parsed.policy.rules[1].name(), "f:5");
}

TEST(RuleParser, ADayLastsToItsEnd) {
    std::tm day = {};
    day.tm_year = 126;
    day.tm_mday = 32; // the first of January is the 366th day's successor
    day.tm_mon = 11;
    day.tm_isdst = -1;
    EXPECT_EQ(rule("deny load x until=2026-12-31").until, mktime(&day));
    EXPECT_TRUE(rule("deny load x until=2028-02-29").until);
}

// The whole of what is said, so that a change of words is seen.
TEST(RuleParser, SaysWhatIsWrongAndWhere) {
    const std::vector<std::pair<const char *, const char *>> faults = {
        {"deney load x", "f:1:1: error: unknown statement \"deney\"; did you mean deny?"},
        {"install x /bin/false",
         "f:1:1: error: unknown statement \"install\"; expected allow, deny, "
         "warn, default, mode, set, policy"},
        {"deny", "f:1:5: error: the line ends where a gate (load, request) must follow"},
        {"deny laod x", "f:1:6: error: unknown gate \"laod\"; did you mean load?"},
        {"deny load", "f:1:10: error: the line ends where the name of a module must follow"},
        {"deny load if signed", "f:1:11: error: the name of a module must stand before \"if\""},
        {"deny load x except",
         "f:1:19: error: the line ends where the name of a module must follow"},
        {"deny load x if", "f:1:15: error: the line ends where a condition must follow"},
        {"deny load x if sigend",
         "f:1:16: error: unknown condition \"sigend\"; did you mean signed?"},
        {"deny load x if not", "f:1:19: error: the line ends where a condition must follow"},
        {"deny load x if signed forced",
         "f:1:23: error: unexpected \"forced\"; conditions are joined by and"},
        {"deny load x if by",
         "f:1:18: error: the line ends where who it is (unprivileged, container, "
         "kernel, login, helper, uid=N) must follow"},
        {"deny load x if by root", "f:1:19: error: unknown word for somebody \"root\"; expected "
                                   "unprivileged, container, kernel, login, helper, uid=N"},
        {"deny load x if by uid=9-1", "f:1:19: error: the range \"uid=9-1\" ends before it begins"},
        {"deny load x if by uid=4294967296",
         "f:1:19: error: \"uid=4294967296\" is no user or range of users; write uid=1000 or "
         "uid=1000-1999"},
        {"deny load x if srcversion=xyz", "f:1:16: error: \"xyz\" is no srcversion; modinfo -F "
                                          "srcversion shows it, in hexadecimal digits"},
        {"deny load x if path=lib/x.ko", "f:1:16: error: a path begins with /"},
        {"deny load x if path=", "f:1:16: error: a text must follow the ="},
        {"deny load [x", "f:1:11: error: a bracket without an end in \"[x\""},
        {"deny load kernel/net/dccp.ko",
         "f:1:11: error: \"kernel/net/dccp.ko\" is a path, not the name of a module; write "
         "file:PATTERN for paths below /lib/modules/RELEASE"},
        {"deny load dccp.ko.xz",
         "f:1:11: error: \"dccp.ko.xz\" is a file, not the name of a module; write dccp"},
        {"deny load usb:v1234*", "f:1:11: error: \"usb:v1234*\" is an alias, not the name of a "
                                 "module; write alias:usb:v1234*"},
        {"deny load \"if\"", "f:1:11: error: a name stands without quotes"},
        {"deny load a\\*",
         "f:1:11: error: \"a\\*\" is no name: names are of ASCII characters other "
         "than \\"},
        {"deny load x if parameters=\"a b\"", "f:1:16: error: \"a b\" cannot be compared: it may "
                                              "have 127 ASCII characters, and no blanks; "
                                              "? stands for any character"},
        {"deny load alias:", "f:1:11: error: a pattern must follow \"alias:\""},
        {"deny load @", "f:1:11: error: \"@\" is no name of a set"},
        {"deny request @devices",
         "f:1:14: error: \"@devices\" chooses modules; a request has a name "
         "only; write the name of the request, such as net-pf-38"},
        {"deny request net-pf-38 if signed", "f:1:27: error: a request knows no module yet: "
                                             "\"signed\" cannot be asked there; only by WHO "
                                             "can"},
        {"deny load x until=tomorrow",
         "f:1:13: error: \"tomorrow\" is no date; write it as until=2026-12-31"},
        {"deny load x until=2026-02-30",
         "f:1:13: error: \"2026-02-30\" is no date; write it as until=2026-12-31"},
        {"deny load x until=0506-12-31",
         "f:1:13: error: \"0506-12-31\" is no date; write it as until=2026-12-31"},
        {"deny load x reason why", "f:1:20: error: the reason must stand in quotes"},
        {"deny load x reason",
         "f:1:19: error: the line ends where the reason in quotes must follow"},
        {"deny load x reason \"\"", "f:1:20: error: the reason is empty"},
        {"deny load x id=a/b",
         "f:1:13: error: \"a/b\" is no id; an id has letters, digits, - _ . and "
         ":, 63 at most"},
        {"deny load x alone", "f:1:13: error: alone is for rules that allow loads"},
        {"default load",
         "f:1:13: error: the line ends where a verdict (allow, deny, warn) must follow"},
        {"default load deny until=2026-12-31", "f:1:19: error: unknown attribute "
                                               "\"until=2026-12-31\"; expected id=WORD, reason "
                                               "\"TEXT\""},
        {"mode load",
         "f:1:10: error: the line ends where a mode (off, audit, enforce) must follow"},
        {"mode load enforce now", "f:1:19: error: unexpected \"now\""},
        {"set usb = x",
         "f:1:5: error: \"usb\" is no name of a set; it begins with @ and has letters, "
         "digits, - and _"},
        {"set @boot = x", "f:1:5: error: @boot has a meaning of its own; choose another name"},
        {"set @usb x", "f:1:10: error: = must follow the name of the set"},
        {"set @usb =", "f:1:11: error: the line ends where a member of the set must follow"},
        {"policy 2",
         "f:1:8: error: policy version \"2\" is not known; this program knows version 1"},
    };
    for (const auto &[text, said] : faults)
        EXPECT_EQ(fault(text), said) << text;
}

TEST(RuleParser, HasTheLimitsOfTheDriver) {
    const std::string name(55, 'x');
    EXPECT_EQ(rule("deny load " + name).what.size(), 1U);
    EXPECT_NE(fault("deny load " + name + "y").find("55 characters at most"), std::string::npos);
    const std::string request(63, 'x');
    EXPECT_EQ(rule("deny request " + request).what.size(), 1U);
    EXPECT_NE(fault("deny request " + request + "y").find("63 characters"), std::string::npos);
    const std::string reason(127, 'x');
    EXPECT_EQ(rule("deny load x reason \"" + reason + "\"").reason, reason);
    EXPECT_NE(fault("deny load x reason \"" + reason + "y\"").find("1 more than"),
              std::string::npos);
    std::string conditions = "deny load x if signed";
    for (int i = 1; i < 8; ++i)
        conditions += " and forced";
    EXPECT_EQ(rule(conditions).conditions.size(), 8U);
    EXPECT_NE(fault(conditions + " and test").find("at most 8 conditions"), std::string::npos);
}

TEST(RuleParser, AFaultCostsItsStatementOnly) {
    const auto parsed = parse("deny load x\ndenny load y\nallow load z\n");
    EXPECT_EQ(parsed.findings.size(), 1U);
    ASSERT_EQ(parsed.policy.rules.size(), 2U);
    EXPECT_EQ(parsed.policy.rules[1].what[0].text, "z");
}

} // namespace
} // namespace mk::policy
