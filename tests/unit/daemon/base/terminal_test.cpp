// SPDX-License-Identifier: GPL-2.0-only
#include "base/terminal.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

namespace mk {
namespace {

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
} // namespace mk
