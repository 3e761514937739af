// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_rules.hpp"

#include <gtest/gtest.h>

namespace mk::policy {
namespace {

constexpr const char *file = "/etc/modkeeper/policy.d/30-local.rules";

NewRule deny(std::vector<std::string> names, std::string reason = "CVE", std::string until = {}) {
    return {Verdict::Deny, std::move(names), std::move(reason), std::move(until)};
}
NewRule allow(std::vector<std::string> names) {
    return {Verdict::Allow, std::move(names), "needed", {}};
}
std::string with(const std::string &text, const NewRule &rule) {
    const auto changed = with_rule(text, file, rule);
    EXPECT_TRUE(changed) << changed.error().message;
    return changed ? changed.value().text : "";
}
std::string without(const std::string &text, const std::string &name) {
    const auto changed = without_rule(text, file, name);
    EXPECT_TRUE(changed) << changed.error().message;
    return changed ? changed.value().text : "";
}

TEST(LocalRules, ANewFileSaysWhoseItIs) {
    EXPECT_EQ(with("", deny({"rxrpc", "rds"}, "a \"quote\"", "2099-12-31")),
              "# Rules of \"modkeeper policy deny\" and \"modkeeper policy allow\"; the first one "
              "that fits decides.\n\n"
              "deny load rxrpc rds id=deny-rxrpc until=2099-12-31 reason \"a \\\"quote\\\"\"\n");
}

TEST(LocalRules, TheNewestRuleStandsFirstBelowTheHead) {
    const std::string text = "# head\n"
                             "\n"
                             "# why\n"
                             "deny load a reason \"x\" # behind\n"
                             "  allow load b \\\n"
                             "    c if signed";
    EXPECT_EQ(with(text, deny({"d"})), "# head\n"
                                       "\n"
                                       "deny load d id=deny-d reason \"CVE\"\n"
                                       "# why\n"
                                       "deny load a reason \"x\" # behind\n"
                                       "  allow load b \\\n"
                                       "    c if signed");
    EXPECT_EQ(with("# only this", deny({"d"})),
              "# only this\ndeny load d id=deny-d reason \"CVE\"\n");
}

TEST(LocalRules, ARuleWithAnIdLeavesTheOthers) {
    NewRule mask = deny({"a"}, "masked");
    mask.id = "mask-a";
    const std::string before = "allow load a id=x reason \"y\"\n"
                               "deny load a mask_a id=z reason \"masked\"\n";
    const auto masked = with(before, mask);
    EXPECT_EQ(masked, "deny load a id=mask-a reason \"masked\"\n" + before);
    EXPECT_EQ(with(masked, mask), masked);
    const auto gone = without_id(masked, file, "mask-a");
    ASSERT_TRUE(gone) << gone.error().message;
    EXPECT_EQ(gone.value().text, before);
    EXPECT_EQ(without_id(before, file, "mask-a").error().code, ErrorCode::NotFound);
}

TEST(LocalRules, TheSameRuleIsThereOnce) {
    const auto once = with("", deny({"a", "b"}));
    EXPECT_EQ(with(once, deny({"b", "a"})), once);
    const auto changed = with_rule(once, file, deny({"b"}));
    EXPECT_TRUE(changed.value().id.empty());
    // another reason, or another time, is another rule
    EXPECT_NE(with(once, deny({"a"}, "another")), once);
    EXPECT_NE(with(once, deny({"a"}, "CVE", "2099-12-31")), once);
    EXPECT_NE(with(once, deny({"a"}, "another")).find("id=deny-a-2"), std::string::npos);
    const auto dated = with("", deny({"a"}, "CVE", "2099-12-31"));
    EXPECT_EQ(with(dated, deny({"a"}, "CVE", "2099-12-31")), dated);
}

TEST(LocalRules, ContraryRulesLoseTheName) {
    const std::string text = "\n"
                             "deny load a-b  c d reason \"x\" # behind\n"
                             "deny load a_b if not signed\n"
                             "deny load a_b\n"
                             "warn load a_b\n"
                             "deny load \\\n"
                             "  e \\\n"
                             "  a_b \\\n"
                             "  f\n";
    EXPECT_EQ(with(text, allow({"a_b"})), "\n"
                                          "allow load a_b id=allow-a_b reason \"needed\"\n"
                                          "deny load c d reason \"x\" # behind\n"
                                          "deny load a_b if not signed\n"
                                          "warn load a_b\n"
                                          "deny load \\\n"
                                          "  e \\\n"
                                          "  \\\n"
                                          "  f\n");
}

TEST(LocalRules, ARuleIsTakenBackByItsIdOrByItsNames) {
    const std::string text = "# ours\n"
                             "deny load a b id=one reason \"x\"\n"
                             "# theirs\n"
                             "deny load c id=two reason \"x\"\n"
                             "allow request net-pf-1\n"
                             "default load allow\n";
    EXPECT_EQ(without(text, "one"), "# ours\n# theirs\ndeny load c id=two reason \"x\"\n"
                                    "allow request net-pf-1\ndefault load allow\n");
    EXPECT_EQ(without(text, "c"), "# ours\ndeny load a b id=one reason \"x\"\n# theirs\n"
                                  "allow request net-pf-1\ndefault load allow\n");
    EXPECT_EQ(without(text, "b").find("deny load a id=one"), 7U);
    const auto none = without_rule(text, file, "net-pf-1");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST(LocalRules, NothingIsLeftOfAFileThatOnlyTheCommandWrote) {
    const auto text = with(with("", deny({"a"})), deny({"b"}, "other"));
    EXPECT_EQ(without(without(text, "a"), "b"), "");
    EXPECT_EQ(without("# mine\ndeny load a\n", "a"), "# mine\n");
}

TEST(LocalRules, AFileWithAFaultIsLeftAlone) {
    for (const auto *text : {"dney load a\n", "deny load\n", "deny load \"a\n"}) {
        const auto changed = with_rule(text, file, deny({"b"}));
        ASSERT_FALSE(changed) << text;
        EXPECT_NE(changed.error().message.find("30-local.rules:1:"), std::string::npos);
        EXPECT_FALSE(without_rule(text, file, "a")) << text;
    }
}

TEST(LocalRules, ABadReasonOrDayIsToldAsTheLanguageDoes) {
    EXPECT_FALSE(with_rule("", file, deny({"a"}, std::string(200, 'x'))));
    EXPECT_FALSE(with_rule("", file, deny({"a"}, "two\nlines")));
    EXPECT_FALSE(with_rule("", file, deny({"a"}, "x", "tomorrow")));
    EXPECT_FALSE(with_rule("", file, deny({"a"}, "x", "2099-12-31 alone")));
    EXPECT_FALSE(with_rule("", file, deny({"a"}, "")));
}

} // namespace
} // namespace mk::policy
