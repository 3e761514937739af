// SPDX-License-Identifier: GPL-2.0-only
#include "base/shell_word.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(ShellWord, IsQuotedOnlyWhereAShellTakesItForMore) {
    EXPECT_EQ(shell_word("/dev/disk-1.img"), "/dev/disk-1.img");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("$(reboot)"), "'$(reboot)'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
}

TEST(ShellWord, IsNoOptionOfItsCommand) {
    EXPECT_EQ(operand_word("disk"), "disk");
    EXPECT_EQ(operand_word("-f"), "-- -f");
    EXPECT_EQ(operand_word("-f x"), "-- '-f x'");
}

} // namespace
} // namespace mk
