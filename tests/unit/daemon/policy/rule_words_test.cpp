// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_words.hpp"

#include <gtest/gtest.h>

namespace mk::policy {
namespace {

struct Read {
    std::vector<Statement> statements;
    Findings findings;
};

Read read(std::string_view text) {
    Read result;
    result.statements = statements_of(text, "f.rules", result.findings);
    return result;
}

std::string first_fault(std::string_view text) {
    const auto found = read(text).findings;
    return found.empty() ? "" : found.front().text();
}

TEST(RuleWords, KnowTheirPlaces) {
    const auto found = read("# comment\n\n  deny\tload x # why\r\nallow load y");
    ASSERT_EQ(found.statements.size(), 2U);
    const auto &words = found.statements[0];
    ASSERT_EQ(words.size(), 3U);
    EXPECT_EQ(words[0].text, "deny");
    EXPECT_EQ(words[0].place, (Place{"f.rules", 3, 3}));
    EXPECT_EQ(words[2].text, "x");
    EXPECT_EQ(words[2].place, (Place{"f.rules", 3, 13}));
    EXPECT_EQ(found.statements[1][0].place, (Place{"f.rules", 4, 1}));
    EXPECT_TRUE(found.findings.empty());
}

TEST(RuleWords, ABackslashJoinsLines) {
    const auto found = read("deny \\\n  load\\\n x\\y\n# no \\\nallow");
    ASSERT_EQ(found.statements.size(), 2U);
    ASSERT_EQ(found.statements[0].size(), 3U);
    EXPECT_EQ(found.statements[0][1].place, (Place{"f.rules", 2, 3}));
    EXPECT_EQ(found.statements[0][2].text, "x\\y");
    EXPECT_EQ(found.statements[1][0].place, (Place{"f.rules", 5, 1}));
    EXPECT_EQ(read("deny load \\").statements[0].size(), 2U);
}

TEST(RuleWords, QuotesKeepSpacesAndNumberSigns) {
    const auto words = read("reason \"a # \\\"b\\\" \\\\\" c=\"d e\"f").statements.at(0);
    ASSERT_EQ(words.size(), 3U);
    EXPECT_EQ(words[1].text, "a # \"b\" \\");
    EXPECT_TRUE(words[1].is_quoted);
    EXPECT_EQ(words[2].text, "c=d ef");
}

TEST(RuleWords, AFaultCostsItsLineOnly) {
    const auto found = read("deny load \"x\nallow load y\ndeny load \x01z\nallow load w\n");
    ASSERT_EQ(found.statements.size(), 2U);
    EXPECT_EQ(found.statements[0][2].text, "y");
    EXPECT_EQ(found.statements[1][2].text, "w");
    ASSERT_EQ(found.findings.size(), 2U);
    EXPECT_EQ(found.findings[0].text(), "f.rules:1:11: error: a quote without an end on its line");
    EXPECT_EQ(found.findings[1].text(), "f.rules:3:11: error: a control character");
}

TEST(RuleWords, ATextOfNothingSaysNothing) {
    EXPECT_TRUE(read("").statements.empty());
    EXPECT_TRUE(read("\n \n#\n\\\n\\").statements.empty());
    EXPECT_EQ(first_fault(std::string_view("a\0b", 3)), "f.rules:1:2: error: a control character");
}

} // namespace
} // namespace mk::policy
