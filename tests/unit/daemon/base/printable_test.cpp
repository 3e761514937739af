// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.hpp"

#include <clocale>
#include <gtest/gtest.h>

namespace mk {
namespace {

class Printable : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }
};

TEST_F(Printable, KeepsTextAndShowsTheRest) {
    EXPECT_EQ(printable("plain Größe"), "plain Größe");
    EXPECT_EQ(printable("a\033[31m"), "a\\x1b[31m");
    EXPECT_EQ(printable("\n\t\x7f"), "\\x0a\\x09\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
    EXPECT_EQ(printable("\xc3"), "\\xc3");
    EXPECT_EQ(printable("\xff\xe2\x82"), "\\xff\\xe2\\x82");
}

// Each of them would be seen as something else than its bytes say, or not at all.
TEST_F(Printable, ShowsWhatChangesHowALineIsRead) {
    EXPECT_EQ(printable("a\u202egnp.ok"), "a\\xe2\\x80\\xaegnp.ok");
    for (const char *text : {"\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u2028", "\u2029",
                             "\u2066", "\u2069", "\ufeff", "\ufff9", "\U000e0041", "\u0085"})
        EXPECT_EQ(printable(text).substr(0, 2), "\\x") << printable(text);
    for (const char *text : {"\u00c4", "\u05d0", "\u65e5", "\U0001f600", "e\u0301"})
        EXPECT_EQ(printable(text), text);
}

TEST_F(Printable, TakesNoBrokenUtf8) {
    EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b");          // overlong
    EXPECT_EQ(printable("\xe0\x82\x9b"), "\\xe0\\x82\\x9b"); // overlong
    EXPECT_EQ(printable("\xf0\x80\x82\x9b"), "\\xf0\\x80\\x82\\x9b");
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // a surrogate
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST_F(Printable, OtherLocalesGetAsciiOnly) {
    ASSERT_NE(std::setlocale(LC_CTYPE, "C"), nullptr);
    const std::string shown = printable("Gr\u00f6\u00dfe");
    EXPECT_EQ(shown, "Gr\\xc3\\xb6\\xc3\\x9fe");
}

} // namespace
} // namespace mk
