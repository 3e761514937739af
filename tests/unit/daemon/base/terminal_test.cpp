// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.hpp"
#include "base/terminal.hpp"

#include <clocale>
#include <cstdlib>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include "cli/output/tree.hpp"

namespace mk::cli {
namespace {

TEST(Terminal, PrintableKeepsTextAndShowsTheRest) {
    EXPECT_EQ(printable("plain Größe"), "plain Größe");
    EXPECT_EQ(printable("a\033[31m"), "a\\x1b[31m");
    EXPECT_EQ(printable("\n\t\x7f"), "\\x0a\\x09\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
    EXPECT_EQ(printable("\xc3"), "\\xc3");
    EXPECT_EQ(printable("\xff\xe2\x82"), "\\xff\\xe2\\x82");
}

// Each of them would be seen as something else than its bytes say, or not at all.
TEST(Terminal, PrintableShowsWhatChangesHowALineIsRead) {
    EXPECT_EQ(printable("a\u202egnp.ok"), "a\\xe2\\x80\\xaegnp.ok");
    for (const char *text : {"\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u2028", "\u2029",
                             "\u2066", "\u2069", "\ufeff", "\ufff9", "\U000e0041", "\u0085"})
        EXPECT_EQ(printable(text).substr(0, 2), "\\x") << printable(text);
    for (const char *text : {"\u00c4", "\u05d0", "\u65e5", "\U0001f600", "e\u0301"})
        EXPECT_EQ(printable(text), text);
}

TEST(Terminal, PrintableTakesNoBrokenUtf8) {
    EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b");          // overlong
    EXPECT_EQ(printable("\xe0\x82\x9b"), "\\xe0\\x82\\x9b"); // overlong
    EXPECT_EQ(printable("\xf0\x80\x82\x9b"), "\\xf0\\x80\\x82\\x9b");
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // a surrogate
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(Terminal, OtherLocalesGetAsciiOnly) {
    ASSERT_NE(std::setlocale(LC_CTYPE, "C"), nullptr);
    const std::string shown = printable("Gr\u00f6\u00dfe");
    const std::string tree = tree_text({{"a", {{"b", {{"c", {}}}}, {"d", {}}}}});
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(shown, "Gr\\xc3\\xb6\\xc3\\x9fe");
    EXPECT_EQ(tree, "a\n|-b\n| `-c\n`-d\n");
}

class Painted : public testing::Test {
  protected:
    void SetUp() override {
        int slave = -1;
        if (openpty(&master_, &slave, nullptr, nullptr, nullptr) != 0)
            GTEST_SKIP() << "no pseudo terminal can be had here: is /dev/pts mounted?";
        terminal_ = fdopen(slave, "w");
        setenv("TERM", "xterm", 1);
        unsetenv("NO_COLOR");
    }
    void TearDown() override {
        unsetenv("NO_COLOR");
        if (terminal_)
            std::fclose(terminal_);
        if (master_ >= 0)
            close(master_);
    }

    int master_ = -1;
    FILE *terminal_ = nullptr;
};

TEST_F(Painted, OnATerminalOnly) {
    EXPECT_EQ(painted("x", Colour::Red, terminal_), "\033[31mx\033[0m");
    FILE *file = std::tmpfile();
    EXPECT_EQ(painted("x", Colour::Red, file), "x");
    std::fclose(file);
}

TEST_F(Painted, HonoursNoColor) {
    setenv("NO_COLOR", "1", 1);
    EXPECT_EQ(painted("x", Colour::Red, terminal_), "x");
    setenv("NO_COLOR", "", 1);
    EXPECT_NE(painted("x", Colour::Red, terminal_), "x");
}

TEST_F(Painted, HonoursDumbTerminals) {
    EXPECT_TRUE(can_redraw(terminal_));
    setenv("TERM", "dumb", 1);
    EXPECT_FALSE(can_redraw(terminal_));
    EXPECT_EQ(painted("x", Colour::Red, terminal_), "x");
    unsetenv("TERM");
    EXPECT_FALSE(can_redraw(terminal_));
}

} // namespace
} // namespace mk::cli
